import Foundation
import GRDB
import SessionModel
import Testing

@testable import SessionStore

/// SECURITY 2 for every table that the manifest covers: what lies in clear beside sealed values, rows that go, and rows
/// that come from another store or from an older time of this one.
@Suite("rows that were changed outside the agent")
struct RowTamperingTests {
  let filled: FilledStore
  private static let tables = ["session", "generation", "revocation", "client_secret", "device", "slot"]
  /// Counted up without the key, and nothing is decided by them.
  private static let advisory: Set = ["revocation.attempts", "revocation.last_error"]

  init() async throws { filled = try await FilledStore() }

  private func rows(_ table: String, in filled: FilledStore) throws -> [Row] {
    try filled.intrude { try Row.fetchAll($0, sql: "SELECT rowid AS place, * FROM \(table)") }
  }

  /// Puts the row in the place of the one of its number, or where there is none.
  private func put(_ row: Row, _ table: String) throws {
    let columns = row.columnNames.map { $0 == "place" ? "rowid" : $0 }
    try change(
      "INSERT OR REPLACE INTO \(table) (\(columns.joined(separator: ", "))) "
        + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))",
      StatementArguments(Array(row.databaseValues)))
  }

  private func change(_ sql: String, _ arguments: StatementArguments = []) throws {
    try filled.intrude { try $0.execute(sql: sql, arguments: arguments) }
  }

  /// What belongs to the row is named and not served; everything else is.
  private func expectRefused(_ table: String, _ row: Row, _ comment: Comment) async throws {
    let (subject, thing) = SealedPlace.words(table, row)
    if table == "slot" {
      try await filled.reopened { store in
        #expect(await store.status.lastError?.contains(subject.dropFirst(4)) == true, comment)
        let served = try await filled.served(store)
        #expect(served == FilledStore.everything, comment)
      }
    }
    #expect(await filled.named(filled.store).contains(subject), comment)
    let served = try await filled.served(filled.store)
    #expect(!served.contains(thing), comment)
    #expect(served.isSuperset(of: FilledStore.everything.subtracting([thing])), comment)
  }

  @Test("each clear column beside a sealed value, edited: the row is named and not served", arguments: tables)
  func clearColumns(_ table: String) async throws {
    let columns = try filled.intrude { try $0.columns(in: table).filter { $0.type != "BLOB" } }
    let row = try #require(try rows(table, in: filled).last)
    for column in columns where !Self.advisory.contains("\(table).\(column.name)") {
      let edit = column.type == "TEXT" ? "\(column.name) || 'x'" : "\(column.name) + 1"
      try change("UPDATE \(table) SET \(column.name) = \(edit) WHERE rowid = ?", [row["place"] as Int64?])
      try await expectRefused(table, row, "\(table).\(column.name)")
      try put(row, table)
    }
    #expect(await filled.named(filled.store).isEmpty, "all was put back")
  }

  @Test("each row, deleted: it is named, everything else is served", arguments: tables)
  func deleted(_ table: String) async throws {
    for row in try rows(table, in: filled) {
      try change("DELETE FROM \(table) WHERE rowid = ?", [row["place"] as Int64?])
      try await expectRefused(table, row, "\(table)")
      try put(row, table)
    }
  }

  @Test("each row of an older time of the same store, put back: it is named and not served", arguments: tables)
  func older(_ table: String) async throws {
    let before = try rows(table, in: filled)
    try await filled.store.rekey(passphrase: nil)
    for name in FilledStore.names { try await filled.store.rotate(try Samples.name(name), to: 2) }
    for (old, new) in zip(before, try rows(table, in: filled)) where old != new {
      try put(old, table)
      try await expectRefused(table, old, "\(table)")
      try change("DELETE FROM \(table) WHERE rowid = ?", [old["place"] as Int64?])
      try put(new, table)
    }
    #expect(await filled.named(filled.store).isEmpty, "all was put back")
  }

  @Test("each row of another user's store, put in the place of its like: it is named and not served", arguments: tables)
  func foreign(_ table: String) async throws {
    let other = try await FilledStore()
    let foreign = try rows(table, in: other)
    for (own, row) in zip(try rows(table, in: filled), foreign) where own != row {
      try put(row, table)
      try await expectRefused(table, own, "\(table)")
      try change("DELETE FROM \(table) WHERE rowid = ?", [row["place"] as Int64?])
      try put(own, table)
    }
    #expect(await filled.named(filled.store).isEmpty, "all was put back")
  }

  @Test("a device that was put back or taken away is none, says so, and a new one makes peace with that")
  func devices() async throws {
    let old = try #require(try rows("device", in: filled).first)
    try await filled.store.setDevice(try FilledStore.device("a", key: "newer"))
    try put(old, "device")
    try change("DELETE FROM device WHERE profile = 'profile-a' AND id <> ?", [old["id"] as String?])
    let kept = try FilledStore.device("a")
    try await filled.reopened { store in
      #expect(try await store.device(of: "a", at: kept.place) == nil)
      #expect(await store.status.lastError?.contains("remembered device") == true)
      try await store.setDevice(kept)
      #expect(try await store.device(of: "a", at: kept.place) == kept.device)
      #expect(await store.status.lastError == nil)
    }
  }
}
