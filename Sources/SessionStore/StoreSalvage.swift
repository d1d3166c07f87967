internal import Foundation
internal import GRDB

/// What SQLite can still read of a damaged store. Only a copy is read: a reading would change the file.
///
/// Damage mostly lies in a few pages. So each table is read for itself, and each row of it for itself: what lies on a
/// bad page is missing, or does not open later, and nothing else is.
struct StoreSalvage {
  private let rows: [String: [Row]]

  /// Below the unreadable page that a scan ended at there may be more; so many places after it are tried.
  private static let widestGap: Int64 = 1000

  init(path: String) throws(StoreError) {
    let copy = path + ".salvage"
    Self.remove(copy)
    defer { Self.remove(copy) }
    do {
      for name in ["", "-wal"] where FileManager.default.fileExists(atPath: path + name) {
        try FileManager.default.copyItem(atPath: path + name, toPath: copy + name)
      }
      try StoreHeader.mend(copy)
    } catch {
      let isFull = (error as? CocoaError)?.code == .fileWriteOutOfSpace
      throw isFull ? .diskFull(path: path) : .failed(path: path, why: "it can't be copied")
    }
    rows = Self.read(copy)
  }

  private static func remove(_ copy: String) {
    for name in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: copy + name) }
  }

  /// Whether what was read is a store that can be opened: who it is, and a way into it.
  var isStore: Bool { rows["store"]?.count == 1 && rows["slot"]?.isEmpty == false }

  private static func read(_ copy: String) -> [String: [Row]] {
    guard let queue = try? DatabaseQueue(path: copy) else { return [:] }
    defer { try? queue.close() }
    let found = try? queue.writeWithoutTransaction { database in
      let tables = try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
      return Dictionary(uniqueKeysWithValues: tables.map { ($0, rows(of: $0.quotedDatabaseIdentifier, database)) })
    }
    return found ?? [:]
  }

  private static func rows(of table: String, _ database: Database) -> [Row] {
    let places = places(of: table, database)
    guard !places.isEmpty else {
      // Without numbers of its rows, from either end as far as it can be read.
      return scan("SELECT * FROM \(table)", database) { $0.copy() }
    }
    return places.sorted().compactMap { place in
      (try? Row.fetchOne(database, sql: "SELECT * FROM \(table) WHERE rowid = ?", arguments: [place])) ?? nil
    }
  }

  /// The numbers of a table's rows: from both ends, by its index, and each one in a gap between.
  private static func places(of table: String, _ database: Database) -> Set<Int64> {
    let scans = ["NOT INDEXED ORDER BY rowid", "NOT INDEXED ORDER BY rowid DESC", ""].map { order in
      scan("SELECT rowid FROM \(table) \(order)", database) { $0[0] as Int64? ?? 0 }
    }
    var places = Set(scans.joined())
    guard let first = scans[0].last ?? places.min() else { return places }
    let end = scans[1].last.map { min($0, first + widestGap) } ?? first + widestGap
    if first < end { places.formUnion(first..<end) }
    return places
  }

  /// The rows up to the first that can't be read.
  private static func scan<Value>(_ sql: String, _ database: Database, _ value: (Row) -> Value) -> [Value] {
    var found: [Value] = []
    guard let cursor = try? Row.fetchCursor(database, sql: sql) else { return [] }
    while let row = try? cursor.next() { found.append(value(row)) }
    return found
  }
}

extension StoreSalvage {
  /// Puts it into a new store. What a later schema named otherwise, or what does not fit its table, is left out.
  func fill(_ database: Database) throws {
    try database.execute(sql: "PRAGMA defer_foreign_keys = ON")
    for (table, kept) in rows where try database.tableExists(table) && table != "grdb_migrations" {
      let columns = try database.columns(in: table).map(\.name)
      for row in kept { insert(row, into: table, columns.filter(row.hasColumn), database) }
    }
    // A session counts its name's generations; where that was lost, from its own on.
    try database.execute(sql: "INSERT OR IGNORE INTO generation (name, last) SELECT name, generation FROM session")
  }

  private func insert(_ row: Row, into table: String, _ columns: [String], _ database: Database) {
    let names = columns.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    let values = columns.map { row[$0] as DatabaseValue }
    try? database.execute(
      sql: "INSERT OR IGNORE INTO \(table.quotedDatabaseIdentifier) (\(names)) VALUES (\(places))",
      arguments: StatementArguments(values))
  }
}
