import Foundation
import GRDB
import SessionCrypto
import SessionModel
import SessionStore
import Testing

@Suite("opening and locking")
struct UnlockTests {
  let place: TestStore

  init() throws { place = try TestStore() }

  private func passphraseStore() async throws -> Keystore {
    try await place.open([TestStore.passphrase], choice: .only(.passphrase))
  }

  @Test("a store not yet made is uninitialized, makes no file, and takes a passphrase as its first slot")
  func firstPassphrase() async throws {
    let store = try await passphraseStore()
    let before = await store.openAtStart()
    #expect(before.state == .uninitialized)
    #expect(before.schema == nil)
    #expect(!FileManager.default.fileExists(atPath: place.path))
    await #expect(throws: StoreError.uninitialized) { try await store.insert(try Samples.record(), revoking: nil) }
    let after = try await store.unlock(passphrase: Secret("correct"))
    #expect(after.state == .unlocked)
    #expect(after.keySource == .passphrase)
    #expect(after.schema == 4)
    #expect(after.slots.map(\.state) == [.ok])
    try await store.insert(try Samples.record(), revoking: nil)
    await store.close()

    let again = try await passphraseStore()
    let locked = await again.openAtStart()
    #expect(locked.state == .locked)
    #expect(locked.slots.map(\.state) == [.locked])
    #expect(locked.lastError == "The keystore opens with a passphrase. Run: agentctl unlock")
    #expect(try await again.unlock(passphrase: Secret("correct")).state == .unlocked)
    #expect(try await again.sessions().records.count == 1)
    await again.close()
  }

  @Test("a wrong passphrase is refused, each time for longer, and the right one ends it")
  func throttle() async throws {
    let store = try await passphraseStore()
    try await store.unlock(passphrase: Secret("correct"))
    await store.lock()
    for seconds in [1, 2, 4] {
      await #expect(throws: StoreError.wrongPassphrase(retryAfterSeconds: seconds)) {
        try await store.unlock(passphrase: Secret("wrong"))
      }
      await #expect(throws: StoreError.passphraseTooSoon(retryAfterSeconds: seconds)) {
        try await store.unlock(passphrase: Secret("correct"))
      }
      place.clock.advance(seconds: Int64(seconds))
    }
    #expect(try await store.unlock(passphrase: Secret("correct")).state == .unlocked)
    await store.lock()
    await #expect(throws: StoreError.wrongPassphrase(retryAfterSeconds: 1)) {
      try await store.unlock(passphrase: Secret("wrong"))
    }
    await store.close()
  }

  @Test("the wait after a wrong passphrase grows to a minute and no further")
  func longestWait() async throws {
    let source = FixedSource(.passphrase)
    let store = try await place.open([source], choice: .only(.passphrase))
    try await store.unlock(passphrase: Secret("any"))
    await store.lock()
    source.changeKey()
    var waits: [Int] = []
    for _ in 0..<9 {
      do {
        try await store.unlock(passphrase: Secret("any"))
      } catch StoreError.wrongPassphrase(let seconds) {
        waits.append(seconds)
        place.clock.advance(seconds: Int64(seconds))
      }
    }
    #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60, 60])
    await store.close()
  }

  @Test("while a passphrase is being tried everybody else is served, and a second one is not taken")
  func derivationIsElsewhere() async throws {
    let source = FixedSource(.passphrase)
    let store = try await place.open([source], choice: .only(.passphrase))
    try await store.unlock(passphrase: Secret("any"))
    try await store.insert(try Samples.record(), revoking: nil)
    await store.lock()
    source.hold()
    let unlocking = Task { try await store.unlock(passphrase: Secret("any")) }
    await source.waitUntilAsked(times: 2)
    #expect(await store.status.state == .locked)
    #expect(try await store.sessionNames().count == 1)
    await #expect(throws: StoreError.passphraseTooSoon(retryAfterSeconds: 1)) {
      try await store.unlock(passphrase: Secret("any"))
    }
    source.release()
    #expect(try await unlocking.value.state == .unlocked)
    await store.close()
  }

  @Test("a lock that comes while a source is asked wins")
  func lockWins() async throws {
    let source = FixedSource(.keyfile)
    let store = try await place.open([source])
    try await store.unlock(passphrase: nil)
    await store.lock()
    source.hold()
    let unlocking = Task { try await store.unlock(passphrase: nil) }
    await source.waitUntilAsked(times: 2)
    await store.lock()
    source.release()
    await #expect(throws: StoreError.self) { try await unlocking.value }
    #expect(await store.status.state == .locked)
    await store.close()
  }

  @Test("lock forgets the key: nothing sealed can be read until it is unlocked")
  func lockForgets() async throws {
    let store = try await place.unlocked()
    try await store.insert(try Samples.record(), revoking: nil)
    await store.lock()
    #expect(await store.status.state == .locked)
    await #expect(throws: StoreError.self) { try await store.sessions() }
    await #expect(throws: StoreError.self) { try await store.revocationOrders() }
    try await store.unlock(passphrase: nil)
    #expect(try await store.sessions().records.count == 1)
    await store.close()
  }

  @Test("an empty passphrase, and one for a store that has none, are refused by name")
  func refusals() async throws {
    let empty = try await passphraseStore()
    await #expect(throws: StoreError.emptyPassphrase) { try await empty.unlock(passphrase: Secret("")) }
    #expect(await empty.status.state == .uninitialized)
    await empty.close()
    try await place.unlocked().close()
    let store = try await place.open([place.keyfile, TestStore.passphrase])
    await #expect(throws: StoreError.noPassphraseSlot) { try await store.unlock(passphrase: Secret("x")) }
    await store.close()
  }

  @Test(
    "a slot whose scrypt parameters are out of bounds is not derived",
    arguments: [
      #"{"n":16384,"r":8,"p":1,"#, #"{"n":2097152,"r":8,"p":1,"#, #"{"n":32768,"r":9,"p":1,"#,
      #"{"n":32768,"r":8,"p":2,"#,
    ])
  func slotParameters(_ beginning: String) async throws {
    let store = try await passphraseStore()
    try await store.unlock(passphrase: Secret("correct"))
    await store.close()
    let parameters = Data((beginning + #""salt":"AAAAAAAAAAAAAAAAAAAAAA=="}"#).utf8)
    try place.tamper("UPDATE slot SET parameters = ?", [parameters])
    let again = try await passphraseStore()
    await #expect(
      throws: StoreError.unavailable(
        "The passphrase slot asks for scrypt parameters outside N = 2^15…2^20, r = 8, p = 1.")
    ) { try await again.unlock(passphrase: Secret("correct")) }
    await again.close()
  }

  @Test("cheaper parameters put into a slot do not open it, even with the right passphrase")
  func weakenedSlot() async throws {
    let costly = PassphraseKeySource(
      random: SystemRandom(), cost: try #require(Scrypt.Parameters(n: 1 << 16, r: 8, p: 1)))
    let store = try await place.open([costly], choice: .only(.passphrase))
    try await store.unlock(passphrase: Secret("correct"))
    await store.close()
    let kept: Data = try #require(try place.rows("SELECT parameters FROM slot").first)["parameters"]
    let weakened = String(decoding: kept, as: UTF8.self).replacingOccurrences(of: "65536", with: "32768")
    try place.tamper("UPDATE slot SET parameters = ?", [Data(weakened.utf8)])
    let again = try await passphraseStore()
    await #expect(throws: StoreError.wrongPassphrase(retryAfterSeconds: 1)) {
      try await again.unlock(passphrase: Secret("correct"))
    }
    await again.close()
  }

  @Test("auto with no secret service makes nothing by itself and takes a passphrase")
  func autoWithoutService() async throws {
    let nowhere = SecretServiceKeySource(address: nil, random: SystemRandom())
    let store = try await place.open([nowhere, TestStore.passphrase], choice: .auto)
    #expect(await store.openAtStart().state == .uninitialized)
    #expect(try await store.unlock(passphrase: Secret("correct")).keySource == .passphrase)
    await store.close()
    let again = try await place.open([nowhere, TestStore.passphrase], choice: .auto)
    #expect(await again.openAtStart().state == .locked)
    await again.close()
  }

  @Test("a chosen source that does not answer makes a new store unavailable, with the reason")
  func chosenSourceAway() async throws {
    let nowhere = SecretServiceKeySource(address: nil, random: SystemRandom())
    let store = try await place.open([nowhere], choice: .only(.secretService))
    let status = await store.openAtStart()
    #expect(status.state == .unavailable)
    #expect(status.lastError?.contains("no session bus") == true)
    await store.close()
  }

  @Test("a slot whose source the agent does not have is named")
  func notConfigured() async throws {
    try await place.unlocked().close()
    let store = try await place.open([TestStore.passphrase], choice: .auto)
    let status = await store.openAtStart()
    #expect(status.state == .unavailable)
    #expect(status.lastError?.contains("keyfile slot, which this agent is not set to use") == true)
    await store.close()
  }

  @Test("another store's key is told as a wrong key")
  func wrongKey() async throws {
    try await place.unlocked().close()
    try Data(SystemRandom().bytes(32)).write(to: URL(fileURLWithPath: place.keyfilePath))
    let store = try await place.open()
    let status = await store.openAtStart()
    #expect(status.state == .damaged)
    #expect(status.lastError?.contains("another store's") == true)
    await store.close()
  }
}
