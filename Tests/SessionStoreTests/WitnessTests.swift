import Foundation
import Glibc
import SessionModel
import SessionStore
import Testing

/// SECURITY 3: an older copy of the store opens, but sends no refresh token that may be spent.
@Suite("the witness of a store's age")
struct WitnessTests {
  let place: TestStore
  let name: SessionName

  init() throws {
    place = try TestStore()
    name = try Samples.name("rotating")
  }

  private func fill() async throws {
    try await place.signIn("rotating", "steady")
    try await place.withUnlocked { store in
      try await store.commitRefresh(
        session: try Samples.name("steady"), generation: Generation(2), tokens: Samples.tokens(2),
        at: place.clock.now().wall)
    }
  }

  private func heldBack() async throws -> Set<SessionName> {
    try await place.withUnlocked { try await $0.sessions().heldBack }
  }

  /// Fills, copies the stopped agent's file, rotates, and puts the copy back.
  private func goBack() async throws {
    try await fill()
    let old = try #require(FileManager.default.contents(atPath: place.path))
    try await place.withUnlocked { try await $0.rotate(name, to: 2) }
    try old.write(to: URL(fileURLWithPath: place.path))
  }

  @Test("an older copy opens; the session that rotates is held back, one that is known not to is not, and it says so")
  func older() async throws {
    try await goBack()
    for _ in 0..<2 {
      let store = try await place.unlocked()
      let loaded = try await store.sessions()
      #expect(loaded.damaged.isEmpty && loaded.records.count == 2)
      #expect(loaded.heldBack == [name], "also at the next start")
      let status = await store.status
      #expect(status.state == .unlocked)
      #expect(status.lastError?.contains("agentctl refresh --force") == true)
      await store.close()
    }
  }

  @Test("what a person released stays released, and the store is as old as its witness again")
  func released() async throws {
    try await goBack()
    try await place.withUnlocked { store in
      try await store.release(name)
      #expect(try await store.sessions().heldBack.isEmpty)
      #expect(await store.status.lastError == nil, "the one that does not rotate asks for nothing")
    }
    try await place.withUnlocked { store in
      #expect(try await store.sessions().heldBack.isEmpty)
      try await store.rotate(name, to: 5)
    }
    let store = try await place.unlocked()
    #expect(try await store.sessions().heldBack.isEmpty)
    await store.close()
  }

  @Test("a copy of a store that was lost is noticed also after a new one was made and used in its place")
  func lostAndMadeAnew() async throws {
    try await fill()
    let old = try #require(FileManager.default.contents(atPath: place.path))
    try await place.withUnlocked { try await $0.rotate(name, to: 2) }
    unlink(place.path)
    let new = try await place.unlocked()
    #expect(await new.status.lastError?.contains("There was a keystore before") == true)
    try await new.insert(try Samples.record("new"), revoking: nil)
    await new.close()
    #expect(try await place.withUnlocked { await $0.status.lastError } == nil, "it is said once")
    try old.write(to: URL(fileURLWithPath: place.path))
    #expect(try await heldBack() == [name])
  }

  @Test("a new sign-in is not held back")
  func signedInAgain() async throws {
    try await goBack()
    try await place.withUnlocked { store in
      try await store.insert(try Samples.record("rotating", generation: 9), revoking: nil)
      #expect(try await store.sessions().heldBack.isEmpty)
    }
  }

  @Test("the witness is private, and one that is lost, damaged or another store's accuses nobody")
  func noWitness() async throws {
    try await goBack()
    #expect(try TemporaryFolder.mode(place.witnessPath) == 0o600)
    let content = try #require(FileManager.default.contents(atPath: place.witnessPath))
    let id = try place.storeID()
    let others = ["", "{", #"{"store":"another","counter":99}"#, #"{"store":"\#(id)","counter":\#(Int64.max)}"#]
    for other in others.map({ Data($0.utf8) }) {
      try other.write(to: URL(fileURLWithPath: place.witnessPath))
      #expect(try await heldBack().isEmpty)
    }
    try content.write(to: URL(fileURLWithPath: place.witnessPath))
    #expect(try await heldBack() == [name])
  }

  @Test("a witness that can't be kept, or that others can put back, is told; one that others can read is made private")
  func unreliable() async throws {
    let folder = place.folder.path + "/state"
    let status = { try await place.withUnlocked { await $0.status.lastError } }
    try Data().write(to: URL(fileURLWithPath: folder))
    try await place.signIn("one")
    #expect(try await status()?.contains("because its witness can't be relied on: \(folder) is no folder") == true)
    unlink(folder)
    #expect(try await status() == nil)
    chmod(place.witnessPath, 0o666)
    chmod(folder, 0o777)
    #expect(try await status()?.hasSuffix("Run: chmod 700 \(folder).") == true)
    #expect(try TemporaryFolder.mode(place.witnessPath) == 0o600)
    chmod(folder, 0o700)
    #expect(try await status() == nil)
  }

  @Test("a store of before the manifest that is put back is not believed")
  func beforeTheManifest() async throws {
    try await fill()
    try place.tamper("DELETE FROM manifest")
    let store = try await place.open()
    #expect(await store.openAtStart().state == .damaged)
    await #expect(throws: StoreError.self) { try await store.sessions() }
    await store.close()
  }
}
