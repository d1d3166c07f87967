internal import GRDB
public import SessionModel

extension Keystore {
  /// All orders to revoke, oldest first; those that were changed or moved are named and not carried out.
  public func revocationOrders() throws(StoreError) -> LoadedOrders {
    let (rows, mismatches, sealer) = try read { database, sealer in
      (try RevocationRow.all(database), try self.mismatches(database), sealer)
    }
    var loaded = LoadedOrders(orders: [], damaged: [])
    for row in rows {
      let isAsStored = mismatches[Manifest.Place(table: "revocation", key: row.id)] == nil
      if isAsStored, let order = row.open(with: sealer) {
        loaded.orders.append(order)
      } else {
        loaded.damaged.append(
          DamagedRow(name: row.id, why: "The order to revoke a token of \(row.session) does not open."))
      }
    }
    let there = Set(rows.map(\.id))
    for (place, entry) in mismatches where place.table == "revocation" && !there.contains(place.key) {
      let session = entry.session ?? "a session"
      loaded.damaged.append(
        DamagedRow(name: place.key, why: "The order to revoke a token of \(session) was taken away outside the agent."))
    }
    return loaded
  }

  /// What is known of the orders without a key, oldest first.
  public func closedOrders() throws(StoreError) -> [ClosedOrder] {
    guard let database = try opened() else { return [] }
    let rows = try access { () throws(StoreError) in
      try database.read(RevocationRow.all)
    }
    return rows.compactMap { row in
      guard let session = SessionName(row.session) else { return nil }
      return ClosedOrder(
        session: session, issuer: row.issuer, attempts: row.attempts,
        givesUpAt: Timestamp(milliseconds: row.givesUpAt))
    }
  }

  /// Queues an order on its own: for a token that came when its session was already gone.
  public func queue(_ order: RevocationOrder) throws(StoreError) {
    try write { database, sealer in try RevocationRow.insert(order, sealer, database) }
  }

  /// Notes how an order fared.
  public func updateRevocationOrder(id: String, attempts: Int, lastError: String?) throws(StoreError) {
    guard let database = try opened() else { return }
    try access { () throws(StoreError) in
      try database.write {
        try $0.execute(
          sql: "UPDATE revocation SET attempts = ?, last_error = ? WHERE id = ?", arguments: [attempts, lastError, id])
      }
    }
  }

  /// Removes an order that was carried out or given up.
  public func deleteRevocationOrder(id: String) throws(StoreError) {
    _ = try writeWithoutKey(forgetting: Manifest.Place(table: "revocation", key: id)) {
      try $0.execute(sql: "DELETE FROM revocation WHERE id = ?", arguments: [id])
    }
    eraseWherePossible()
  }
}
