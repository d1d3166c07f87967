internal import GRDB
public import SessionModel

extension Keystore {
  /// All sessions, opened. One whose row was changed, moved or damaged is named and not served; the others are.
  public func sessions() throws(StoreError) -> LoadedSessions {
    let (rows, mismatches, sealer) = try read { (try SessionRow.all($0), try self.mismatches($0), $1) }
    let concerned = Set(mismatches.values.compactMap(\.session)).subtracting(Self.ordersOnly(mismatches))
    var loaded = LoadedSessions(records: [], damaged: [], heldBack: [])
    for row in rows {
      do throws(SessionRow.Mismatch) {
        let record = try row.open(with: sealer)
        guard !concerned.contains(row.name) else {
          loaded.damaged.append(DamagedRow(name: row.name, why: Self.notAsStored))
          continue
        }
        loaded.records.append(record)
        if manifest.held.contains(row.id), record.rotates != false { loaded.heldBack.insert(record.name) }
      } catch {
        loaded.damaged.append(DamagedRow(name: row.name, why: error.sentence))
      }
    }
    let gone = concerned.subtracting(rows.map(\.name)).sorted()
    loaded.damaged += gone.map { DamagedRow(name: $0, why: Self.notAsStored) }
    return loaded
  }

  /// The sessions of which only an order to revoke is not as it was stored: that concerns the order alone.
  private static func ordersOnly(_ mismatches: [Manifest.Place: Manifest.Entry]) -> Set<String> {
    let byOrder = mismatches.filter { $0.key.table == "revocation" }.values.compactMap(\.session)
    let byOther = mismatches.filter { $0.key.table != "revocation" }.values.compactMap(\.session)
    return Set(byOrder).subtracting(byOther)
  }

  /// What is known of the sessions without a key.
  public func sessionNames() throws(StoreError) -> [SessionSummary] {
    guard let database = try opened() else { return [] }
    return try access { () throws(StoreError) in try database.read(SessionRow.all) }.compactMap { row in
      guard let name = SessionName(row.name), let profile = ProfileName(row.profile) else { return nil }
      return SessionSummary(
        name: name, profile: profile, provider: row.provider, issuer: row.issuer, generation: Generation(row.generation)
      )
    }
  }

  /// The generation that the next token set of the name will have: the last one's successor, counted on after logout.
  /// Nothing is reserved: of two that were given the same one, the second to be stored is refused.
  public func nextGeneration(for name: SessionName) throws(StoreError) -> Generation {
    guard let database = try opened() else { return Generation(1) }
    return try access { () throws(StoreError) in
      try database.read { try Generation.last(of: name, $0).next }
    }
  }

  /// Stores a sign-in in the place of any other session of the name, and queues the order to revoke what that one had.
  /// One transaction.
  ///
  /// - Throws: `staleGeneration` where the name has had this generation.
  public func insert(
    _ record: SessionRecord, revoking order: RevocationOrder?, journal entry: JournalEntry? = nil
  ) throws(StoreError) {
    try write(noting: { $0.counter += 1 }) { database, sealer in
      try Generation.advance(record.name, to: record.generation, database)
      if let order { try RevocationRow.insert(order, sealer, database) }
      try SessionRow(sealing: record, with: sealer).store(database)
      try append(entry, to: record.name, database)
    }
    eraseWherePossible()
  }

  /// Removes a session and queues the order to revoke its token. One transaction; when this returns nothing of the
  /// session is left in the file or its log but the order. Without a row of that name only the order is queued.
  ///
  /// - Throws: `notErased` where the session is gone but its sealed values are still in the log.
  public func remove(
    session: SessionName, order: RevocationOrder?, journal entry: JournalEntry? = nil
  ) throws(StoreError) {
    if let order {
      try write(noting: { $0.entries[.session(session)] = nil }) { database, sealer in
        try RevocationRow.insert(order, sealer, database)
        try delete(session, entry, database)
      }
    } else {
      let done: Void? = try writeWithoutKey(forgetting: .session(session)) { try delete(session, entry, $0) }
      guard done != nil else { return }
    }
    try erase()
  }

  /// Removes a session by the same rules, locked or not: its refresh token becomes an order without being opened.
  ///
  /// - Returns: whether there was one to revoke.
  @discardableResult
  public func remove(
    session: SessionName, movingTokenTo ticket: RevocationTicket, journal entry: JournalEntry? = nil
  ) throws(StoreError) -> Bool {
    let moved = try writeWithoutKey(forgetting: .session(session)) { database in
      let row = try SessionRow.named(session, database)
      let moved = try row.map { try RevocationRow.move($0, to: ticket, database) } ?? false
      try delete(session, entry, database)
      return moved
    }
    guard let moved else { return false }
    try erase()
    return moved
  }

  private func delete(_ session: SessionName, _ entry: JournalEntry?, _ database: Database) throws {
    try SessionRow.delete(session, database)
    try append(entry, to: session, database)
    try JournalRow.forgetGone(database)
  }

  /// Moves what is deleted out of the log and overwrites it. Where the disk has no room for that, it is told apart
  /// from the deletion itself, which is done.
  func erase() throws(StoreError) {
    guard let database else { return }
    do {
      try access { () throws(StoreError) in try database.truncateLog() }
    } catch {
      if case .diskFull = error { throw .notErased(path: path, why: "the disk is full") }
      throw error
    }
  }

  /// The same where what was asked does not depend on it.
  func eraseWherePossible() {
    do throws(StoreError) {
      try erase()
    } catch {
      // Damage is in `fault` now; anything else is done by the next logout.
    }
  }
}

extension SessionRow {
  static func delete(_ name: SessionName, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM session WHERE name = ?", arguments: [name.rawValue])
  }
}

extension Generation {
  /// The last one that the name has had; 0 for a name never seen.
  static func last(of name: SessionName, _ database: Database) throws -> Generation {
    Generation(
      try Int64.fetchOne(database, sql: "SELECT last FROM generation WHERE name = ?", arguments: [name.rawValue]) ?? 0)
  }

  /// Counts on; refuses what the name has had.
  static func advance(_ name: SessionName, to generation: Generation, _ database: Database) throws {
    let last = try last(of: name, database)
    guard generation > last else { throw StoreError.staleGeneration(name, last: last) }
    try database.execute(
      sql: "INSERT INTO generation (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = excluded.last",
      arguments: [name.rawValue, generation.rawValue])
  }
}
