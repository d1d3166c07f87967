internal import GRDB
internal import SessionCrypto
internal import SessionModel

/// Reading the rows that a manifest speaks of: those of every table that is not named here.
///
/// Columns that are NULL do not count, so a migration may add columns; it may not change rows.
extension Manifest {
  /// In clear, and nothing is decided by what they hold; or about the manifest itself.
  private static let uncovered: Set = [
    "journal", "cache", "store", "manifest", "unsealed_change", "grdb_migrations",
  ]
  /// Counted up without the key, and worth nothing to a thief.
  private static let advisory: [String: Set<String>] = ["revocation": ["attempts", "last_error"]]

  /// The rows as they are.
  static func rows(_ database: Database) throws -> [Place: Entry] {
    var found: [Place: Entry] = [:]
    for table in try tables(database) {
      let key = try database.primaryKey(table).columns
      let left = advisory[table] ?? []
      let cursor = try Row.fetchCursor(database, sql: "SELECT * FROM \(table.quotedDatabaseIdentifier)")
      while let row = try cursor.next() {
        found[place(row, of: table, key)] = Entry(session: session(table, row), digest: try digest(row, without: left))
      }
    }
    return found
  }

  /// A row of a table in words, for a person.
  static func words(_ row: Row, of table: String, _ database: Database) throws -> String {
    try place(row, of: table, database).words(about: session(table, row))
  }

  /// That a value of a row does not open.
  static func doesNotOpen(_ row: Row, of table: String, _ database: Database) throws -> StoreError {
    try place(row, of: table, database).doesNotOpen(about: session(table, row))
  }

  static func place(_ row: Row, of table: String, _ database: Database) throws -> Place {
    place(row, of: table, try database.primaryKey(table).columns)
  }

  private static func place(_ row: Row, of table: String, _ key: [String]) -> Place {
    Place(table: table, key: key.map { text(row, $0) }.joined(separator: "\u{1F}"))
  }

  private static func tables(_ database: Database) throws -> [String] {
    try String.fetchAll(
      database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).filter { !uncovered.contains($0) }
  }

  private static func text(_ row: Row, _ column: String) -> String {
    switch (row[column] as DatabaseValue? ?? .null).storage {
    case .null: ""
    case .int64(let value): String(value)
    case .double(let value): String(value)
    case .string(let value): value
    case .blob(let value): Array(value).hexadecimal
    }
  }

  /// The session that a row is about, by its column `session`, and where sessions are named by it, `name`.
  private static func session(_ table: String, _ row: Row) -> String? {
    if table == "session" || table == "generation" { return text(row, "name") }
    return row.hasColumn("session") ? text(row, "session") : nil
  }

  private static func digest(_ row: Row, without left: Set<String>) throws -> [UInt8] {
    var bytes: [UInt8] = []
    func append(_ field: some Collection<UInt8>) {
      bytes += field.count.bigEndianBytes
      bytes += field
    }
    for (column, value) in row where !left.contains(column) {
      switch value.storage {
      case .null: continue
      case .int64(let number): append(Array("\(column):i:\(number)".utf8))
      case .double(let number): append(Array("\(column):d:\(number.bitPattern)".utf8))
      case .string(let text):
        append(Array("\(column):s".utf8))
        append(text.utf8)
      case .blob(let data):
        append(Array("\(column):b".utf8))
        append(data)
      }
    }
    return try SHA256.hash(Secret(copying: bytes)).withRevealedBytes { Array($0) }
  }
}
