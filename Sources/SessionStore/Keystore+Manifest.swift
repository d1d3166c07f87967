internal import Foundation
internal import GRDB
public import SessionModel

/// The rows as they were once, and what SQLite then counted of other connections' writes.
struct SeenRows {
  var version: Int64
  var rows: [Manifest.Place: Manifest.Entry]
}

/// The manifest at work: every write with the key keeps it, what is written without the key is noted down, and the
/// opening compares (SECURITY 2).
extension Keystore {
  /// One transaction with the key.
  ///
  /// - Parameters:
  ///   - newKey: what seals from now on, where the body changes that.
  ///   - note: what else is to be kept in the manifest.
  func write<Result>(
    newKey: Secret? = nil, noting note: (inout Manifest) -> Void = { _ in },
    _ body: (Database, Sealer) throws -> Result
  ) throws(StoreError) -> Result {
    let (database, sealer) = try unlocked()
    var (next, left) = (manifest, warnings)
    note(&next)
    var after: SeenRows?
    let result = try access { () throws(StoreError) in
      try database.write { database in
        let before = try rows(database)
        distrusted = Set(next.mismatches(before).values.compactMap(\.session))
        let result = try body(database, sealer)
        let written = SeenRows(version: try Self.version(database), rows: try Manifest.rows(database))
        after = written
        next.take(before, written.rows)
        left = Self.warnings(next.mismatches(written.rows), written.rows)
        guard next != manifest || newKey != nil else { return result }
        next.held.formIntersection(try String.fetchAll(database, sql: "SELECT id FROM session"))
        try store(next, Sealer(key: newKey ?? sealer.key, random: random), database)
        return result
      }
    }
    let isRaised = next.counter != manifest.counter
    (manifest, warnings, seen) = (next, left, after)
    if isRaised { tellWitnesses() }
    return result
  }

  /// One transaction that needs no key; nil where there is no store. Without a key, what it changed is noted down for
  /// the next opening.
  ///
  /// - Parameter forgotten: a row that is to be gone after it, whether or not it is there now.
  func writeWithoutKey<Result>(
    forgetting forgotten: Manifest.Place? = nil, _ body: (Database) throws -> Result
  ) throws(StoreError) -> Result? {
    if dataKey != nil {
      return try write(noting: { manifest in
        if let forgotten { manifest.entries[forgotten] = nil }
      }) { database, _ in try body(database) }
    }
    guard let database = try opened() else { return nil }
    return try access { () throws(StoreError) in
      try database.write { database in
        let before = try Manifest.rows(database)
        let result = try body(database)
        let after = try Manifest.rows(database)
        let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        for place in changed.union(forgotten.map { [$0] } ?? []) {
          try database.execute(
            sql: "INSERT OR IGNORE INTO unsealed_change (table_name, row_key) VALUES (?, ?)",
            arguments: [place.table, place.key])
        }
        return result
      }
    }
  }

  /// Reads the manifest of a store that was just opened, and what its witnesses say of its age. Where that cannot be
  /// written down now, the next write does it.
  ///
  /// - Parameter heard: what the source says of it that gave the key.
  /// - Throws: `damaged` where there is none that opens, so that no row can be held to it.
  func takeManifest(heard: Int64?) throws(StoreError) {
    let (database, sealer) = try unlocked()
    let known = witnessed(heard)
    let (found, isNew) = try access { () throws(StoreError) in
      try database.read { try readManifest(sealer, known, $0) }
    }
    (manifest, isSalvaged) = (found, false)
    if isNew { try? database.write { try store(found, sealer, $0) } }
    tellWitnesses(heard: heard)
  }

  /// The manifest as it is to be from now on, and whether that is another than the stored one.
  private func readManifest(
    _ sealer: Sealer, _ known: Int64, _ database: Database
  ) throws -> (Manifest, isNew: Bool) {
    let sealed = try Data.fetchOne(database, sql: "SELECT sealed FROM manifest")
    let stored = sealed.flatMap { try? sealer.open($0, Manifest.context(storeID: storeID)) }.flatMap { Manifest($0) }
    let rows = try rows(database)
    // A store of a time before manifests has none, and its witness knows nothing of it either.
    let isFirst = sealed == nil && known == 0
    // Of a store that was just salvaged the manifest may be what was lost: as much is believed as of an older copy.
    let isLost = stored == nil && isSalvaged
    guard stored != nil || isFirst || isLost else {
      throw try manifestDamage(isThere: sealed != nil, database)
    }
    var manifest = stored ?? Manifest(entries: rows)
    try take(unsealedChangesInto: &manifest, rows, database)
    if manifest.counter < known || isLost {
      manifest.held = try rotating(sealer, database)
      manifest.counter = known
    }
    warnings = Self.warnings(manifest.mismatches(rows), rows)
    return (manifest, manifest != stored)
  }

  /// The ids of the sessions whose refresh tokens may be spent by their use, as far as is known.
  private func rotating(_ sealer: Sealer, _ database: Database) throws -> Set<String> {
    let records = try SessionRow.all(database).compactMap { try? $0.open(with: sealer) }
    return Set(records.filter { $0.rotates != false }.map(\.id))
  }

  private func manifestDamage(isThere: Bool, _ database: Database) throws -> StoreError {
    let names = try SessionRow.all(database).map(\.name)
    let told = names.isEmpty ? "" : ", so none of its sessions is used (\(names.prefix(20).joined(separator: ", ")))"
    let what = isThere ? "does not open" : "is missing"
    return .damaged(
      StoreError.damage(path, "its manifest, which tells whether its rows are its own, \(what)\(told)"))
  }

  /// What is to be said of rows that are not as they were stored, where nothing else does: of those that belong to no
  /// session, and of a session whose row is gone.
  private static func warnings(
    _ mismatches: [Manifest.Place: Manifest.Entry], _ rows: [Manifest.Place: Manifest.Entry]
  ) -> [String] {
    let places = mismatches.filter { place, entry in
      place.table == "session" ? rows[place] == nil : entry.session == nil && place.table != "client_secret"
    }.keys.sorted()
    return places.map { place in
      switch place.table {
      case "session":
        "Session \(place.key) was taken out of the keystore outside the agent. "
          + "Sign in again: agentctl login \(place.key)"
      case "slot":
        "The \(place.key) slot was put in, changed or taken away outside the agent. "
          + "Make it anew or remove it: agentctl keystore remove-slot \(place.key)"
      case "device":
        "A remembered device was put in, changed or taken away outside the agent, and is not used. "
          + "The next sign-in that a pool remembers mends that: agentctl login --force"
      default: "A row of table \(place.table) was changed outside the agent."
      }
    }
  }

  /// Without the key rows go, and orders to revoke come, whose payload proves itself. Anything else stays a mismatch.
  private func take(
    unsealedChangesInto manifest: inout Manifest, _ rows: [Manifest.Place: Manifest.Entry], _ database: Database
  ) throws {
    for row in try Row.fetchAll(database, sql: "SELECT table_name, row_key FROM unsealed_change") {
      let place = Manifest.Place(table: try row.checked("table_name"), key: try row.checked("row_key"))
      if rows[place] == nil || place.table == "revocation" { manifest.entries[place] = rows[place] }
    }
  }

  private func store(_ manifest: Manifest, _ sealer: Sealer, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM unsealed_change")
    try database.execute(
      sql: "INSERT INTO manifest (id, sealed) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
      arguments: [try sealer.seal(manifest.encoded, Manifest.context(storeID: storeID))])
  }

  static let notAsStored =
    "What is stored of it is not what was stored last: it was changed, put back or taken away outside the agent."

  /// Lets a session's refresh token be sent again although the store is older than its witness: a person said so.
  public func release(_ session: SessionName) throws(StoreError) {
    let id = try read { database, _ in try SessionRow.named(session, database)?.id }
    guard let id, manifest.held.contains(id) else { return }
    try write(noting: { $0.held.remove(id) }) { _, _ in }
  }

  func read<Result>(_ body: (Database, Sealer) throws -> Result) throws(StoreError) -> Result {
    let (database, sealer) = try unlocked()
    return try access { () throws(StoreError) in try database.read { try body($0, sealer) } }
  }

  /// The rows that are not what was stored last.
  func mismatches(_ database: Database) throws -> [Manifest.Place: Manifest.Entry] {
    manifest.mismatches(try rows(database))
  }

  /// The rows as they are: those that were seen last, unless another connection has written since.
  func rows(_ database: Database) throws -> [Manifest.Place: Manifest.Entry] {
    let version = try Self.version(database)
    if let seen, seen.version == version { return seen.rows }
    let rows = try Manifest.rows(database)
    seen = SeenRows(version: version, rows: rows)
    return rows
  }

  /// Another one after each change that another connection made (SQLite, PRAGMA data_version).
  private static func version(_ database: Database) throws -> Int64 {
    try Int64.fetchOne(database, sql: "PRAGMA data_version") ?? 0
  }
}
