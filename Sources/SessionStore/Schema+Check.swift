internal import GRDB

extension Schema {
  /// What of a file is not as its migrations made it: a table that is missing or another, or a trigger, which would
  /// write along with the agent, past the manifest. The file must have no migration that is not ours.
  static func findings(_ database: Database) throws -> [String] {
    let applied = try migrator.appliedIdentifiers(database)
    guard let last = migrator.migrations.last(where: applied.contains) else { return [] }
    let model = try DatabaseQueue()
    try migrator.migrate(model, upTo: last)
    let (found, made) = (try objects(database), try model.read(objects))
    return Set(found.keys).union(made.keys).filter { found[$0] != made[$0] }.sorted().map { object in
      if made[object] == nil { return "its \(object) was put in outside the agent" }
      return found[object] == nil ? "its \(object) is missing" : "its \(object) was changed outside the agent"
    }
  }

  /// How each object was made, by its type and name. The table of the migrations itself is its library's.
  private static func objects(_ database: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT type || ' ' || name AS object, tbl_name || coalesce(sql, '') AS made FROM sqlite_master
        WHERE (type = 'trigger' OR tbl_name != 'grdb_migrations') AND NOT (type = 'index' AND sql IS NULL)
        """)
    return try Dictionary(rows.map { (try $0.checked("object"), try $0.checked("made")) }) { first, _ in first }
  }

  /// Another number after each change of the schema, by whichever connection (SQLite, PRAGMA schema_version).
  static func version(_ database: Database) throws -> Int64 {
    try Int64.fetchOne(database, sql: "PRAGMA schema_version") ?? 0
  }
}
