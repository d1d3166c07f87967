import Foundation
import GRDB

/// Where a sealed value lies in a store's file.
struct SealedPlace: Hashable, CustomStringConvertible {
  var table: String
  var column: String
  var row: Int64
  /// What it belongs to, in the words of `StoreCheck` and of `FilledStore.everything`.
  var subject: String
  var thing: String
  var value: Data

  var description: String { "\(table).\(column) of \(subject)" }

  /// Blobs that are not sealed: public keys of providers; what a source keeps in clear, bound to the wrapped key.
  private static let clear: Set = ["cache.value", "slot.parameters"]

  /// Every one of the file, found by the schema: all blobs but the clear ones.
  static func all(_ database: Database) throws -> [SealedPlace] {
    let tables = try String.fetchAll(
      database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    return try tables.flatMap { table in
      let columns = try database.columns(in: table).filter { $0.type == "BLOB" }.map(\.name)
      return try columns.filter { !clear.contains("\(table).\($0)") }.flatMap { column in
        try Row.fetchAll(
          database, sql: "SELECT rowid AS place, * FROM \(table) WHERE \(column) IS NOT NULL ORDER BY rowid"
        ).map { row in
          let (subject, thing) = words(table, row)
          return SealedPlace(
            table: table, column: column, row: row["place"], subject: subject, thing: thing, value: row[column])
        }
      }
    }
  }

  static func words(_ table: String, _ row: Row) -> (subject: String, thing: String) {
    func text(_ column: String) -> String { row[column] as String? ?? "" }
    switch table {
    case "session": return ("session \(text("name"))", "session \(text("name"))")
    case "generation": return ("session \(text("name"))", "session \(text("name"))")
    case "revocation": return ("the order to revoke a token of \(text("session"))", "order \(text("session"))")
    case "client_secret":
      let profile = text("profile")
      return ("the client secret of profile \(profile)", "client secret \(profile.suffix(1))")
    case "device": return ("a remembered device", "device \(text("profile").suffix(1))")
    case "slot": return ("the \(text("source")) slot", "")
    default: return (table, "")
    }
  }

  func put(_ value: Data, _ database: Database) throws {
    try database.execute(sql: "UPDATE \(table) SET \(column) = ? WHERE rowid = ?", arguments: [value, row])
  }
}
