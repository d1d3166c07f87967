internal import GRDB
internal import GRDBSQLite

/// The keystore's SQLite file, open.
///
/// WAL with `synchronous = FULL`: a transaction is on the disk when it returns, and one fsync pays for it.
struct StoreDatabase: Sendable {
  let path: String
  private let queue: DatabaseQueue
  /// Which file it is.
  private let identity: FileIdentity?
  /// The schema as it was when all of it was looked at.
  private let schemaVersion: Int64

  /// Opens the file, checks all of it, and brings its schema up to date. What cannot be trusted is not written to.
  ///
  /// - Parameter isNew: whether the file was just made and is empty.
  init(path: String, isNew: Bool = false) throws(StoreError) {
    self.path = path
    do {
      queue = try DatabaseQueue(path: path, configuration: Self.configuration)
      identity = FileIdentity(path)
      if !isNew { try queue.read { try Self.check($0, path: path) } }
      try queue.writeWithoutTransaction(Self.makeDurable)
      try Schema.migrator.migrate(queue)
      schemaVersion = try queue.read(Schema.version)
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Whether the file is still the one that its path names.
  var isInPlace: Bool { identity == FileIdentity(path) }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(1)
    configuration.label = "session-agent.keystore"
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA trusted_schema = OFF;
          PRAGMA cell_size_check = ON;
          PRAGMA secure_delete = ON;
          PRAGMA temp_store = MEMORY;
          """)
    }
    return configuration
  }

  private static func check(_ database: Database, path: String) throws {
    guard try !Schema.migrator.hasBeenSuperseded(database) else { throw StoreError.newerSchema(path: path) }
    if let finding = try findings(database, limit: 1).first {
      throw StoreError.damaged(StoreError.damage(path, finding))
    }
    guard try !Schema.migrator.appliedIdentifiers(database).isEmpty else {
      throw StoreError.damaged(StoreError.damage(path, "it is not a keystore"))
    }
  }

  /// What SQLite's check of the whole file finds wrong; else what is wrong with its schema.
  private static func findings(_ database: Database, limit: Int) throws -> [String] {
    let lines = try String.fetchAll(database, sql: "PRAGMA integrity_check(\(limit))")
    guard lines == ["ok"] else { return lines.isEmpty ? ["its check says nothing"] : lines }
    return try Schema.findings(database)
  }

  /// The same of the file as it is now: by another connection, for this one has pages in memory.
  func findings() throws(StoreError) -> [String] {
    do {
      var configuration = Self.configuration
      configuration.readonly = true
      let other = try DatabaseQueue(path: path, configuration: configuration)
      defer { try? other.close() }
      return try other.read { try Self.findings($0, limit: 10) }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  private static func makeDurable(_ database: Database) throws {
    let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
    try database.execute(sql: "PRAGMA synchronous = FULL")
    guard mode == "wal", try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
      throw DatabaseError(resultCode: .SQLITE_READONLY)
    }
  }

  /// How many migrations the file has seen: its version.
  func migrationCount() throws(StoreError) -> Int {
    try read { try Schema.migrator.appliedIdentifiers($0).count }
  }

  func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
    do { return try queue.read(body) } catch { throw StoreError(error, path: path) }
  }

  /// One transaction; when this returns it is durable. None is begun in a file that is no longer there, or whose schema
  /// somebody has changed.
  func write<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
    guard isInPlace else { throw StoreError.fileGone(path: path) }
    do {
      return try queue.write { database in
        if try Schema.version(database) != schemaVersion, let finding = try Schema.findings(database).first {
          throw StoreError.damaged(StoreError.damage(path, finding))
        }
        return try body(database)
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Moves the log's pages into the file and empties the log, so that nothing deleted is left in it.
  func truncateLog() throws(StoreError) {
    do {
      let done = try queue.writeWithoutTransaction { database in
        try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")?.checked("busy") == 0
      }
      guard done else { throw StoreError.notErased(path: path, why: "another program is reading it") }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// The bytes of a file with all that is committed now (sqlite3_serialize).
  func serialized() throws(StoreError) -> [UInt8] {
    do {
      return try queue.read { database in
        var size: sqlite3_int64 = 0
        guard let bytes = sqlite3_serialize(database.sqliteConnection, "main", &size, 0) else {
          throw DatabaseError(resultCode: .SQLITE_NOMEM)
        }
        defer { sqlite3_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(size)))
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  func close() throws(StoreError) {
    do { try queue.close() } catch { throw StoreError(error, path: path) }
  }
}
