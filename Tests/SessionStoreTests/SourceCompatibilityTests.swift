import Foundation
import Glibc
import SessionModel
import SessionStore
import Testing

/// What holds for every key source.
@Suite("every key source")
struct SourceCompatibilityTests {
  /// A source with what it needs, and what takes that away.
  struct Made {
    var source: any KeySource
    var request: SlotRequest
    var passphrase: Secret?
    var takeAway: () throws -> Void
    /// Lives as long as the test.
    var world: (any Sendable)?
  }

  let place: TestStore

  init() throws { place = try TestStore() }

  private func make(_ name: KeySourceName) async throws -> Made {
    switch name {
    case .keyfile:
      let path = place.folder.path + "/another-key"
      return Made(source: KeyfileKeySource(path: path, random: SystemRandom()), request: .keyfile(path: nil)) {
        unlink(path)
      }
    case .passphrase:
      return Made(source: TestStore.passphrase, request: .passphrase(Secret("horse")), passphrase: Secret("horse")) {}
    case .systemdCredential:
      let path = place.folder.path + "/credential"
      try Data(SystemRandom().bytes(40)).write(to: URL(fileURLWithPath: path))
      chmod(path, 0o400)
      return Made(
        source: CredentialKeySource(name: "credential", folder: place.folder.path),
        request: .systemdCredential(name: nil)
      ) { unlink(path) }
    case .secretService:
      let keyring = try PrivateKeyring()
      let daemon = try await keyring.start()
      return Made(
        source: keyring.source(), request: .secretService, takeAway: { daemon.end(SIGKILL) }, world: (keyring, daemon))
    case .tpm2:
      let tpm = try SoftwareTPM()
      return Made(source: tpm.source(), request: .tpm2(pin: nil), takeAway: { tpm.end() }, world: tpm)
    }
  }

  private static let names = KeySourceName.allCases

  /// A store made with the source, and nothing else.
  private func store(_ made: Made) async throws -> Keystore {
    let store = try await place.open([made.source], choice: .only(made.source.name))
    if made.source.name == .systemdCredential || made.passphrase == nil { await store.openAtStart() }
    if await store.status.state != .unlocked { try await store.unlock(passphrase: made.passphrase) }
    return store
  }

  @Test("makes a store, opens it after a restart and after a lock, and is asked only then", arguments: names)
  func opens(_ name: KeySourceName) async throws {
    let made = try await make(name)
    let first = try await store(made)
    #expect(await first.status.keySource == name)
    try await first.insert(Samples.record(), revoking: nil)
    await first.lock()
    try await first.unlock(passphrase: made.passphrase)
    await first.close()
    let second = try await store(made)
    #expect(try await second.sessions().records.count == 1)
    try made.takeAway()
    #expect(try await second.sessions().records.count == 1)
    #expect(await second.status.state == .unlocked)
    await second.close()
  }

  @Test(
    "is added beside another, gives a new key to a rekey, opens alone, and opens nothing once removed", arguments: names
  )
  func lifeOfASlot(_ name: KeySourceName) async throws {
    let made = try await make(name)
    let base = FixedSource(name == .keyfile ? .secretService : .keyfile)
    let store = try await place.open([base, made.source], choice: .only(base.name))
    try await store.unlock(passphrase: nil)
    try await store.insert(Samples.record(), revoking: nil)
    let added = try await store.addSlot(made.request)
    #expect(added.slots.map(\.source).contains(name) && added.slots.allSatisfy { $0.state == .ok })
    try await store.rekey(passphrase: made.passphrase)
    await store.close()

    let alone = try await place.open([made.source])
    try await alone.unlock(passphrase: made.passphrase)
    #expect(try await alone.sessions().records.count == 1)
    await alone.close()

    let both = try await place.open([base, made.source])
    try await both.unlock(passphrase: nil)
    try await both.removeSlot(name)
    await both.close()
    let again = try await place.open([made.source])
    await #expect(throws: StoreError.self) { try await again.unlock(passphrase: made.passphrase) }
    #expect(await again.status.state != .unlocked)
    await again.close()
  }

  @Test(
    "that is gone leaves the store closed, with a sentence that says what to do, in bounded time", arguments: names
  )
  func gone(_ name: KeySourceName) async throws {
    let made = try await make(name)
    let first = try await store(made)
    await first.close()
    try made.takeAway()
    let began = ContinuousClock.now
    let second = try await place.open([made.source], choice: .only(name))
    let status = await second.openAtStart()
    // Far above what is allowed, for a machine busy with other tests.
    #expect(ContinuousClock.now - began < .seconds(15))
    #expect(status.state == (name == .passphrase ? .locked : .unavailable))
    #expect(status.lastError?.isEmpty == false)
    await second.close()
  }

  @Test("gives the same key for the same slot, and none for a slot of unreadable parameters", arguments: names)
  func sameKey(_ name: KeySourceName) async throws {
    let made = try await make(name)
    var request = KeyRequest(
      storeID: "store", parameters: nil, createIfMissing: true, passphrase: made.passphrase)
    let first = try await made.source.wrappingKey(for: request)
    request.createIfMissing = false
    request.parameters = first.parameters
    #expect(try await made.source.wrappingKey(for: request).key == first.key)
    #expect(first.key.count == 32)
  }
}
