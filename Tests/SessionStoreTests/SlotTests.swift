import Foundation
import Glibc
import SessionModel
import SessionStore
import Testing

@Suite("slots")
struct SlotTests {
  let place: TestStore

  init() throws { place = try TestStore() }

  private var sources: [any KeySource] { [place.keyfile, TestStore.passphrase] }

  private func made() async throws -> Keystore {
    let store = try await place.open(sources)
    try await store.unlock(passphrase: nil)
    try await store.insert(Samples.record(), revoking: nil)
    return store
  }

  @Test("a slot that is added opens the store alone, and is in the status")
  func added() async throws {
    let store = try await made()
    place.clock.advance(seconds: 60)
    let status = try await store.addSlot(.passphrase(Secret("horse")))
    #expect(status.slots.map(\.source) == [.keyfile, .passphrase])
    #expect(status.slots.map(\.state) == [.ok, .ok])
    #expect(status.slots[1].createdAt == place.clock.now().wall)
    await store.close()
    let alone = try await place.open([TestStore.passphrase])
    #expect(await alone.openAtStart().state == .locked)
    try await alone.unlock(passphrase: Secret("horse"))
    #expect(try await alone.sessions().records.count == 1)
    await alone.close()
  }

  @Test("a slot of the same source is replaced: the old passphrase opens nothing any more")
  func replaced() async throws {
    let store = try await made()
    try await store.addSlot(.passphrase(Secret("horse")))
    try await store.addSlot(.passphrase(Secret("battery")))
    #expect(await store.status.slots.count == 2)
    await store.lock()
    await #expect(throws: StoreError.wrongPassphrase(retryAfterSeconds: 1)) {
      try await store.unlock(passphrase: Secret("horse"))
    }
    place.clock.advance(seconds: 1)
    try await store.unlock(passphrase: Secret("battery"))
    await store.close()
  }

  @Test("a keyfile of another name is kept in its slot and found by it")
  func otherKeyfile() async throws {
    let store = try await made()
    let other = place.folder.path + "/other"
    try await store.addSlot(.keyfile(path: other))
    #expect(try TemporaryFolder.mode(other) == 0o600)
    await store.close()
    unlink(place.keyfilePath)
    let again = try await place.open([KeyfileKeySource(path: nil, random: SystemRandom())])
    #expect(await again.openAtStart().state == .unlocked)
    await again.close()
  }

  @Test("a removed slot opens nothing; the last stays, and one that is not there is named")
  func removed() async throws {
    let store = try await made()
    await #expect(throws: StoreError.lastSlot(.keyfile)) { try await store.removeSlot(.keyfile) }
    await #expect(throws: StoreError.noSuchSlot(.tpm2)) { try await store.removeSlot(.tpm2) }
    try await store.addSlot(.passphrase(Secret("horse")))
    let status = try await store.removeSlot(.keyfile)
    #expect(status.slots.map(\.source) == [.passphrase])
    #expect(status.state == .unlocked && status.keySource == .passphrase)
    await store.close()
    let again = try await place.open(sources)
    #expect(await again.openAtStart().state == .locked)
    try await again.unlock(passphrase: Secret("horse"))
    await again.close()
  }

  @Test("the last slot that works stays too")
  func lastThatWorks() async throws {
    let store = try await made()
    let fixed = FixedSource(.secretService)
    await store.close()
    let both = try await place.open([place.keyfile, fixed])
    try await both.unlock(passphrase: nil)
    try await both.addSlot(.secretService)
    fixed.changeKey()
    await #expect { try await both.removeSlot(.keyfile) } throws: { error in
      guard case .noOtherSlotOpens(.keyfile, _) = error as? StoreError else { return false }
      return true
    }
    try await both.removeSlot(.secretService)
    #expect(await both.status.slots.map(\.source) == [.keyfile])
    await both.close()
  }

  @Test("what gives no key makes no slot")
  func noKey() async throws {
    let store = try await made()
    await #expect { try await store.addSlot(.keyfile(path: "relative")) } throws: { error in
      guard case .sourceFailed(.keyfile, .unfit) = error as? StoreError else { return false }
      return true
    }
    await #expect { try await store.addSlot(.secretService) } throws: { error in
      guard case .sourceFailed(.secretService, .unavailable) = error as? StoreError else { return false }
      return true
    }
    #expect(await store.status.slots.map(\.source) == [.keyfile])
    await store.lock()
    await #expect(throws: StoreError.self) { try await store.addSlot(.passphrase(Secret("x"))) }
    await store.close()
  }

  @Test("a backup taken while the store is written to opens with all that was in it, by the same slots")
  func backup() async throws {
    let store = try await made()
    try await store.addSlot(.passphrase(Secret("horse")))
    let bytes = try await store.backup()
    try await store.insert(Samples.record("later"), revoking: nil)
    await store.close()
    let elsewhere = try TestStore()
    mkdir("\(elsewhere.folder.path)/data", 0o700)
    try Data(bytes).write(to: URL(fileURLWithPath: elsewhere.path))
    let copy = try await elsewhere.open([place.keyfile])
    #expect(await copy.openAtStart().state == .unlocked)
    #expect(try await copy.sessions().records.map(\.name.rawValue) == ["work"])
    await copy.close()
  }
}
