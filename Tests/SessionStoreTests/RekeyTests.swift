import Foundation
import GRDB
import SessionModel
import SessionStore
import Testing

@Suite("a new data key")
struct RekeyTests {
  let place: TestStore

  init() throws { place = try TestStore() }

  private var sources: [any KeySource] { [place.keyfile, TestStore.passphrase] }

  /// Two sessions, an order, a client secret and a device, under a keyfile and a passphrase.
  private func filled() async throws -> Keystore {
    let store = try await place.open(sources)
    try await store.unlock(passphrase: nil)
    try await store.addSlot(.passphrase(Secret("horse")))
    for name in ["one", "two", "gone"] { try await store.insert(Samples.record(name), revoking: nil) }
    try await store.remove(session: try Samples.name("gone"), movingTokenTo: Samples.ticket())
    try await store.setClientSecret(Secret("client secret"), for: try Samples.name("profile-one"))
    try await store.setDevice(try device)
    return store
  }

  private var device: StoredDevice {
    get throws {
      StoredDevice(
        place: DevicePlace(profile: try Samples.name("profile-one"), origin: "https://idp.example pool client"),
        username: "uuid", aliases: [],
        device: RememberedDevice(key: "key", groupKey: "group", password: Secret("device password")))
    }
  }

  private func expectWhole(_ store: Keystore) async throws {
    let loaded = try await store.sessions()
    #expect(loaded.damaged.isEmpty)
    #expect(loaded.records.map(\.name.rawValue) == ["one", "two"])
    #expect(loaded.records.allSatisfy { $0.tokens.refreshToken == Secret("refresh-sample-1") })
    let orders = try await store.revocationOrders()
    #expect(orders.damaged.isEmpty && orders.orders.count == 1)
    #expect(try await store.clientSecret(for: try Samples.name("profile-one")) == Secret("client secret"))
    let kept = try device
    #expect(try await store.device(of: kept.username, at: kept.place) == kept.device)
  }

  /// Every sealed value in the file.
  private var sealedValues: [String] {
    get throws {
      let selections = [
        "* FROM session", "* FROM revocation", "* FROM client_secret", "* FROM device", "wrapped FROM slot",
      ]
      let values = try selections.flatMap { try place.rows("SELECT \($0)") }.flatMap { Array($0.databaseValues) }
      return values.compactMap { value in
        guard case .blob(let data) = value.storage, data.count > 28 else { return nil }
        return data.base64EncodedString()
      }
    }
  }

  @Test("seals every value anew; every slot opens it; nothing is lost and nothing of the old is left in the file")
  func rekeys() async throws {
    let store = try await filled()
    let before = try sealedValues
    #expect(before.count > 10)
    try await store.rekey(passphrase: Secret("horse"))
    try await expectWhole(store)
    await store.close()
    #expect(Set(try sealedValues).isDisjoint(with: before))
    let files = try place.folder.contents().values
    let old = try #require(before.compactMap { Data(base64Encoded: $0) }.max { $0.count < $1.count })
    #expect(files.allSatisfy { $0.range(of: old.prefix(24)) == nil })

    let byKeyfile = try await place.open(sources)
    #expect(await byKeyfile.openAtStart().state == .unlocked)
    try await expectWhole(byKeyfile)
    await byKeyfile.close()
    let byPassphrase = try await place.open([TestStore.passphrase])
    try await byPassphrase.unlock(passphrase: Secret("horse"))
    try await expectWhole(byPassphrase)
    await byPassphrase.close()
  }

  @Test("needs the passphrase where there is a slot of it; a wrong one changes nothing and is slower each time")
  func passphrase() async throws {
    let store = try await filled()
    let before = try sealedValues
    await #expect(throws: StoreError.passphraseNeeded) { try await store.rekey(passphrase: nil) }
    await #expect(throws: StoreError.wrongPassphrase(retryAfterSeconds: 1)) {
      try await store.rekey(passphrase: Secret("cow"))
    }
    await #expect(throws: StoreError.passphraseTooSoon(retryAfterSeconds: 1)) {
      try await store.rekey(passphrase: Secret("horse"))
    }
    #expect(try sealedValues == before)
    place.clock.advance(seconds: 1)
    try await store.rekey(passphrase: Secret("horse"))
    await store.close()
  }

  @Test("does nothing where a slot's source gives no key, or a stored value does not open; both are named")
  func unusable() async throws {
    let store = try await filled()
    try FileManager.default.moveItem(atPath: place.keyfilePath, toPath: place.keyfilePath + ".away")
    await #expect { try await store.rekey(passphrase: Secret("horse")) } throws: { error in
      guard case .slotUnusable(.keyfile, _, false) = error as? StoreError else { return false }
      return "\(error)".contains("agentctl keystore remove-slot keyfile")
    }
    try FileManager.default.moveItem(atPath: place.keyfilePath + ".away", toPath: place.keyfilePath)
    await store.close()
    try place.tamper("UPDATE session SET issuer = 'https://elsewhere.example' WHERE name = 'two'")
    let again = try await place.open(sources)
    try await again.unlock(passphrase: nil)
    let refused = StoreError.doesNotOpen(
      "session two", remedy: "Sign in there again: agentctl login two. Or sign out: agentctl logout two")
    await #expect(throws: refused) { try await again.rekey(passphrase: Secret("horse")) }
    #expect(try await again.sessions().records.map(\.name.rawValue) == ["one"])
    await again.close()
  }

  @Test("is made although the count of a name that nobody is signed in to was changed: nothing is sealed in it")
  func changedCount() async throws {
    let store = try await filled()
    try await store.remove(session: try Samples.name("two"), order: nil)
    await store.close()
    try place.tamper("UPDATE generation SET last = 99 WHERE name = 'two'")
    let again = try await place.open(sources)
    try await again.unlock(passphrase: nil)
    try await again.rekey(passphrase: Secret("horse"))
    #expect(try await again.sessions().records.map(\.name.rawValue) == ["one"])
    await again.close()
  }

  @Test("that a lock came before is not made")
  func locked() async throws {
    let source = FixedSource(.secretService)
    let store = try await place.open([source], choice: .only(.secretService))
    try await store.unlock(passphrase: nil)
    source.hold()
    let rekeying = Task { try await store.rekey(passphrase: nil) }
    await source.waitUntilAsked(times: 2)
    await store.lock()
    source.release()
    await #expect(throws: StoreError.changedMeanwhile) { try await rekeying.value }
    #expect(await store.status.state == .locked)
    try await store.unlock(passphrase: nil)
    await store.close()
  }
}
