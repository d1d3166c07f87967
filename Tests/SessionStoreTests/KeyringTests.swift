import Glibc
import SessionModel
import SessionStore
import Testing

/// Against a real GNOME Keyring on a private bus. Where none can be started these fail.
@Suite("secret service")
struct KeyringTests {
  /// Far above what is allowed, for a machine busy with other tests; far below the 25 s and more of libsecret's own
  /// patience.
  private static let patience = Duration.seconds(15)

  let keyring: PrivateKeyring
  let place: TestStore

  init() throws {
    keyring = try PrivateKeyring()
    place = try TestStore()
  }

  private func open(deadlineMilliseconds: Int = 10_000) async throws -> Keystore {
    try await place.open(
      [keyring.source(deadlineMilliseconds: deadlineMilliseconds), TestStore.passphrase], choice: .auto)
  }

  @Test("the store is made with the keyring and opens by it at the next start")
  func opensAtStart() async throws {
    let daemon = try await keyring.start()
    defer { daemon.end(SIGKILL) }
    let first = try await open()
    let status = await first.openAtStart()
    #expect(status.state == .unlocked)
    #expect(status.keySource == .secretService)
    let record = try Samples.record()
    try await first.insert(record, revoking: nil)
    await first.close()

    let second = try await open()
    #expect(await second.openAtStart().state == .unlocked)
    #expect(try await second.sessions().records == [record])
    await second.close()
  }

  @Test("a locked keyring is told as locked, at once and without a prompt, and opens the store once it is unlocked")
  func locked() async throws {
    let daemon = try await keyring.start()
    let first = try await open()
    await first.openAtStart()
    await first.close()
    try keyring.lock()
    let second = try await open()
    let began = ContinuousClock.now
    let status = await second.openAtStart()
    #expect(ContinuousClock.now - began < Self.patience)
    #expect(status.state == .locked)
    #expect(status.slots.map(\.state) == [.locked])
    #expect(status.lastError?.contains("keyring is locked") == true)
    daemon.end(SIGKILL)
    let again = try await keyring.start()
    defer { again.end(SIGKILL) }
    #expect(try await second.unlock(passphrase: nil).state == .unlocked)
    await second.close()
  }

  @Test("a keyring that was never unlocked is locked, not empty")
  func neverUnlocked() async throws {
    let daemon = try await keyring.start()
    let first = try await open()
    await first.openAtStart()
    await first.close()
    daemon.end(SIGKILL)
    let closed = try await keyring.start(password: nil)
    defer { closed.end(SIGKILL) }
    let second = try await open()
    #expect(await second.openAtStart().state == .locked)
    await second.close()
  }

  @Test("a service that hangs is given up after the deadline and named")
  func hangs() async throws {
    let daemon = try await keyring.start()
    let first = try await open()
    await first.openAtStart()
    await first.close()
    daemon.signal(SIGSTOP)
    defer { daemon.signal(SIGCONT) }
    let second = try await open(deadlineMilliseconds: 500)
    let began = ContinuousClock.now
    let status = await second.openAtStart()
    #expect(ContinuousClock.now - began < Self.patience)
    #expect(status.state == .unavailable)
    #expect(status.lastError?.contains("did not answer within 0.5 s") == true)
    await second.close()
    daemon.signal(SIGCONT)
    let third = try await open()
    #expect(await third.openAtStart().state == .unlocked)
    await third.close()
  }

  @Test("a service that was killed is missed by name, and one that came back opens the store")
  func killedAndBack() async throws {
    let daemon = try await keyring.start()
    let store = try await open()
    await store.openAtStart()
    await store.lock()
    daemon.end(SIGKILL)
    await #expect(throws: StoreError.self) { try await store.unlock(passphrase: nil) }
    let status = await store.status
    #expect(status.state == .unavailable)
    #expect(status.lastError?.contains("No secret service") == true)
    let again = try await keyring.start()
    defer { again.end(SIGKILL) }
    #expect(try await store.unlock(passphrase: nil).state == .unlocked)
    await store.close()
  }

  @Test("an open store does not care what becomes of the service")
  func openStoreGoesOn() async throws {
    let daemon = try await keyring.start()
    let store = try await open()
    await store.openAtStart()
    daemon.end(SIGKILL)
    let record = try Samples.record()
    try await store.insert(record, revoking: nil)
    #expect(try await store.sessions().records == [record])
    await store.close()
  }

  @Test("a deleted keyring is told from a locked one, and no new key is made for an old store")
  func deletedCollection() async throws {
    let daemon = try await keyring.start()
    defer { daemon.end(SIGKILL) }
    let first = try await open()
    await first.openAtStart()
    await first.close()
    try keyring.deleteCollection()
    let second = try await open()
    let status = await second.openAtStart()
    #expect(status.state == .unavailable)
    #expect(status.lastError?.contains("keyring") == true)
    await second.close()
  }

  @Test("without a bus the store waits for a passphrase")
  func noBus() async throws {
    for address in [nil, "unix:path=\(place.folder.path)/nobody"] as [String?] {
      let store = try await place.open(
        [SecretServiceKeySource(address: address, random: SystemRandom()), TestStore.passphrase], choice: .auto)
      let status = await store.openAtStart()
      #expect(status.state == .uninitialized)
      #expect(status.lastError?.contains("bus") == true)
      await store.close()
    }
  }

  @Test("a bus without a secret service is named")
  func noService() async throws {
    let store = try await open()
    let status = await store.openAtStart()
    #expect(status.state == .uninitialized)
    #expect(status.lastError?.contains("No secret service") == true)
    await store.close()
  }

  @Test("a bus that accepts and never answers costs no more than the deadline")
  func muteBus() async throws {
    let mute = try MuteSocket(path: "\(place.folder.path)/mute")
    let source = SecretServiceKeySource(
      address: "unix:path=\(mute.path)", deadlineMilliseconds: 300, random: SystemRandom())
    let began = ContinuousClock.now
    await #expect(
      throws: KeySourceError.timedOut(
        "The secret service did not answer within 0.3 s. Once it does, run: agentctl unlock")
    ) {
      try await source.wrappingKey(for: KeyRequest(storeID: "s", parameters: nil, createIfMissing: true))
    }
    #expect(ContinuousClock.now - began < Self.patience)
  }
}
