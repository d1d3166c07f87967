import Foundation
import GRDB
import Glibc
import SessionModel
import SessionStore
import Testing

/// CONTRACT §7: damage is named, a damaged file is set aside and never overwritten; what can be saved is saved.
@Suite("a damaged file")
struct DamageTests {
  let place: TestStore

  init() throws { place = try TestStore() }

  private static let pageSize = 4096

  /// Ways in which a file goes bad.
  enum Damage: CaseIterable {
    case empty, cutInHalf, cutToOnePage, noHeader, noise, otherDatabase
  }

  private func damage(_ kind: Damage) throws {
    let whole = try #require(FileManager.default.contents(atPath: place.path))
    var bytes = whole
    switch kind {
    case .empty: bytes = Data()
    case .cutInHalf: bytes = whole.prefix(whole.count / 2)
    case .cutToOnePage: bytes = whole.prefix(Self.pageSize)
    case .noHeader: bytes = Data("not a database, but as long as one".utf8) + whole.dropFirst(34)
    case .noise: bytes = Data(SystemRandom().bytes(whole.count))
    case .otherDatabase:
      unlink(place.path)
      try place.tamper("CREATE TABLE unrelated (x)")
      return
    }
    try bytes.write(to: URL(fileURLWithPath: place.path))
  }

  private func setAside() throws -> [String] {
    let folder = "\(place.folder.path)/data"
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains(".damaged-") }
      .map { "\(folder)/\($0)" }
  }

  @Test(
    "is named and left as it is; unlocking after a recovery goes on, and the file lies aside with a date, to the byte",
    arguments: Damage.allCases)
  func damaged(_ kind: Damage) async throws {
    try await place.signIn("work")
    try damage(kind)
    let before = try #require(FileManager.default.contents(atPath: place.path))
    let store = try await place.open()
    let status = await store.openAtStart()
    #expect(status.state == .damaged)
    #expect(status.lastError?.contains("is damaged") == true && status.lastError?.contains("agentctl unlock") == true)
    #expect(await store.check().findings.map(\.subject) == ["file"])
    await #expect(throws: StoreError.self) { try await store.unlock(passphrase: Secret("x")) }
    await #expect(throws: StoreError.self) { try await store.insert(try Samples.record(), revoking: nil) }
    #expect(FileManager.default.contents(atPath: place.path) == before)
    #expect(try setAside().isEmpty)

    try await store.recover()
    let aside = "\(place.path).damaged-20260921T141320Z"
    #expect(try setAside() == [aside])
    #expect(FileManager.default.contents(atPath: aside) == before)
    #expect(try TemporaryFolder.mode(aside) == 0o600)
    let opened = try await store.unlock(passphrase: nil)
    #expect(opened.state == .unlocked)
    #expect(opened.lastError?.contains(aside) == true, "it goes on being said")
    try await store.insert(try Samples.record("later"), revoking: nil)
    await store.close()
    #expect(FileManager.default.contents(atPath: aside) == before)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(place.folder.path)/data")
    #expect(names.count == 3, "store, lock, and what was set aside: \(names)")
    unlink(aside)
    try await place.withUnlocked { store in
      #expect(await store.status.lastError == nil)
      let names = try await store.sessions().records.map(\.name.rawValue)
      #expect(names.contains("later"))
    }
  }

  @Test("of which any one page is lost loses what lay on it: all else is served, and each session that is not is named")
  func eachPage() async throws {
    let names = (1...4).map { "session-\($0)" }
    try await place.withUnlocked { store in
      for name in names {
        try await store.insert(try Samples.record(name, mark: String(repeating: "x", count: 900)), revoking: nil)
      }
    }
    let root = try #require(
      try place.rows("SELECT rootpage FROM sqlite_master WHERE name = 'session'").first?[0] as Int?)
    let whole = try #require(FileManager.default.contents(atPath: place.path))
    let witness = try #require(FileManager.default.contents(atPath: place.witnessPath))
    var (lost, unopened) = (0, 0)
    for page in 0..<(whole.count / Self.pageSize) {
      let range = page * Self.pageSize..<(page + 1) * Self.pageSize
      let bytes = whole.replacing(range, with: Data(count: Self.pageSize))
      try bytes.write(to: URL(fileURLWithPath: place.path))
      try witness.write(to: URL(fileURLWithPath: place.witnessPath))
      let store = try await place.open()
      if await store.openAtStart().state == .damaged {
        if try await store.recover().state == .uninitialized { unopened += 1 }
      }
      if await store.status.state != .uninitialized {
        #expect(try await store.unlock(passphrase: nil).state == .unlocked, "page \(page)")
        let loaded = try await store.sessions()
        let named = Set(loaded.damaged.map(\.name))
        #expect(Set(loaded.records.map(\.name.rawValue)).union(named) == Set(names), "page \(page)")
        lost += named.count
        #expect(named.count <= 2 || page + 1 == root, "page \(page), the top of the sessions' table is \(root - 1)")
      }
      await store.close()
    }
    #expect(unopened == 3, "the schema, the store's id, the slots: without these there is nothing to open")
    #expect(lost > 0, "each session is somewhere")
  }

  @Test(
    "whose header has a flipped bit has all its sessions back, or reads as it is",
    arguments: [0, 5, 16, 17, 18, 19, 20, 21, 22, 23, 24, 28, 31, 36, 40, 47, 52, 59, 64, 95])
  func header(_ byte: Int) async throws {
    try await place.signIn("a", "b")
    var bytes = try #require(FileManager.default.contents(atPath: place.path))
    bytes[byte] ^= 1 << UInt8.random(in: 0..<8)
    try bytes.write(to: URL(fileURLWithPath: place.path))
    let store = try await place.open()
    if await store.openAtStart().state != .unlocked { try await store.recover() }
    #expect(try await store.unlock(passphrase: nil).state == .unlocked)
    let loaded = try await store.sessions()
    #expect(loaded.records.map(\.name.rawValue) == ["a", "b"] && loaded.damaged.isEmpty && loaded.heldBack.isEmpty)
    await store.close()
  }

  @Test("that lost its manifest is believed as an older copy is: served, and no refresh token sent before it is forced")
  func manifestLost() async throws {
    try await place.signIn("a", "b")
    let root = try #require(
      try place.rows("SELECT rootpage FROM sqlite_master WHERE name = 'manifest'").first?[0] as Int?)
    var bytes = try #require(FileManager.default.contents(atPath: place.path))
    bytes.replaceSubrange(
      (root - 1) * Self.pageSize..<root * Self.pageSize, with: Data(SystemRandom().bytes(Self.pageSize)))
    try bytes.write(to: URL(fileURLWithPath: place.path))
    let store = try await place.open()
    #expect(await store.openAtStart().state == .damaged)
    try await store.recover()
    #expect(try await store.unlock(passphrase: nil).state == .unlocked)
    let loaded = try await store.sessions()
    #expect(loaded.damaged.isEmpty && loaded.heldBack == Set(loaded.records.map(\.name)) && loaded.records.count == 2)
    #expect(await store.status.lastError?.contains("--force") == true)
    await store.close()
  }

  @Test("a good copy put in its place is opened at the next unlock")
  func goodCopy() async throws {
    try await place.signIn("work")
    let good = try #require(FileManager.default.contents(atPath: place.path))
    try damage(.cutInHalf)
    let store = try await place.open()
    #expect(await store.openAtStart().state == .damaged)
    try good.write(to: URL(fileURLWithPath: place.path))
    #expect(try await store.unlock(passphrase: nil).state == .unlocked)
    #expect(try await store.sessions().records.count == 1)
    await store.close()
  }

  @Test("one that is whole is not set aside: well, of a newer schema, or with another store's key")
  func notDamaged() async throws {
    try await place.signIn("work")
    let store = try await place.unlocked()
    await #expect(throws: StoreError.notDamaged(path: place.path)) { try await store.recover() }
    #expect(await store.status.state == .unlocked)
    await store.close()

    let key = try #require(FileManager.default.contents(atPath: place.keyfilePath))
    try Data(SystemRandom().bytes(32)).write(to: URL(fileURLWithPath: place.keyfilePath))
    let closed = try await place.open()
    #expect(await closed.openAtStart().state == .damaged)
    await #expect { try await closed.recover() } throws: { "\($0)".contains("another store's") }
    await closed.close()
    try key.write(to: URL(fileURLWithPath: place.keyfilePath))

    try place.tamper("INSERT INTO grdb_migrations (identifier) VALUES ('9-from-the-future')")
    let newer = try await place.open()
    await #expect(throws: StoreError.newerSchema(path: place.path)) { try await newer.recover() }
    await newer.close()
    #expect(try setAside().isEmpty)
  }

  @Test("sessions that were lost are counted on, so that no generation comes twice")
  func generations() async throws {
    try await place.withUnlocked { try await $0.insert(try Samples.record("a", generation: 7), revoking: nil) }
    let root = try #require(
      try place.rows("SELECT rootpage FROM sqlite_master WHERE name = 'generation'").first?[0] as Int?)
    var bytes = try #require(FileManager.default.contents(atPath: place.path))
    bytes.replaceSubrange((root - 1) * Self.pageSize..<root * Self.pageSize, with: Data(count: Self.pageSize))
    try bytes.write(to: URL(fileURLWithPath: place.path))
    let store = try await place.open()
    #expect(await store.openAtStart().state == .damaged)
    try await store.recover()
    try await store.unlock(passphrase: nil)
    #expect(try await store.sessions().records.map(\.name.rawValue) == ["a"], "what it counts is what was stored")
    #expect(try await store.nextGeneration(for: try Samples.name("a")) == Generation(8))
    await store.close()
  }
}

extension Data {
  fileprivate func replacing(_ range: Range<Int>, with bytes: Data) -> Data {
    var copy = self
    copy.replaceSubrange(range, with: bytes)
    return copy
  }
}
