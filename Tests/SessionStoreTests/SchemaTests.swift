import Foundation
import GRDB
import SessionModel
import Testing

@testable import SessionStore

@Suite("the schema of the store's file")
struct SchemaTests {
  let place: TestStore

  init() throws { place = try TestStore() }

  /// What somebody does to a file, and what is said of it.
  static let changes = [
    ("CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM client_secret; END", "its trigger t was put in"),
    ("CREATE VIEW v AS SELECT 1", "its view v was put in"),
    ("CREATE TABLE more (a)", "its table more was put in"),
    ("DROP TABLE device", "its table device is missing"),
    ("ALTER TABLE device ADD COLUMN more TEXT", "its table device was changed"),
    ("DELETE FROM grdb_migrations WHERE identifier = '4-devices'", "its table device was put in"),
  ]

  @Test(
    "is what its migrations made, or the file is damaged: said by name, nothing is written, the rows are saved",
    arguments: changes)
  func changed(_ sql: String, _ told: String) async throws {
    try await place.signIn("a")
    try place.tamper(sql)
    let before = FileManager.default.contents(atPath: place.path)
    let store = try await place.open()
    let status = await store.openAtStart()
    #expect(status.state == .damaged && status.lastError?.contains(told) == true)
    #expect(FileManager.default.contents(atPath: place.path) == before)
    _ = try await store.recover()
    #expect(await store.openAtStart().state == .unlocked)
    #expect(try await store.sessions().records.map(\.name.rawValue) == ["a"])
    #expect(await store.check().findings.isEmpty)
    await store.close()
  }

  @Test("that somebody changes while the store is open ends all writing, before a trigger could take part in it")
  func changedWhileOpen() async throws {
    let store = try await place.unlocked()
    try await store.insert(try Samples.record("a"), revoking: nil)
    try place.tamper("CREATE TRIGGER t AFTER INSERT ON journal BEGIN UPDATE generation SET last = 0; END")
    await #expect(throws: StoreError.self) { try await store.insert(try Samples.record("b"), revoking: nil) }
    #expect(await store.status.lastError?.contains("its trigger t was put in") == true)
    _ = try await store.recover()
    await store.openAtStart()
    #expect(try await store.sessions().records.map(\.name.rawValue) == ["a"])
    await store.close()
  }
}
