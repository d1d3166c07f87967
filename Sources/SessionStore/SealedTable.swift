internal import Foundation
internal import GRDB

/// One sealed value of a row.
struct SealedValue {
  var column: String
  var sealed: Data
  /// What it is bound to.
  var context: SealContext
}

/// A table with sealed values. What goes over all of them (a new data key, say) goes by this list: a table that is
/// not on it has none.
struct SealedTable: Sendable {
  let name: String
  /// The sealed values of a row.
  let values: @Sendable (Row) throws -> [SealedValue]

  static let all = [sessions, revocations, clientSecrets, devices]

  private static let sessions = SealedTable(name: "session") { row in
    let session = try SessionRow(row)
    return session.sealed.map { column, sealed in
      SealedValue(column: column.rawValue, sealed: sealed, context: session.context(column))
    }
  }

  private static let revocations = SealedTable(name: "revocation") { row in
    let order = try RevocationRow(row)
    return [SealedValue(column: "sealed", sealed: order.sealed, context: order.context)]
  }

  private static let clientSecrets = SealedTable(name: "client_secret") { row in
    let profile: String = try row.checked("profile")
    return [
      SealedValue(column: "sealed", sealed: try row.checked("sealed"), context: Keystore.clientSecretContext(profile))
    ]
  }

  private static let devices = SealedTable(name: "device") { row in
    let device = try DeviceRow(row)
    return [
      SealedValue(
        column: "sealed", sealed: device.sealed, context: DeviceRow.context(id: device.id, profile: device.profile))
    ]
  }
}

extension SealedTable {
  /// Opens each value with one key and seals it with another, in its place.
  ///
  /// - Throws: `StoreError.doesNotOpen` with the row's name where a value does not.
  func reseal(from old: Sealer, to new: Sealer, _ database: Database) throws {
    for row in try Row.fetchAll(database, sql: "SELECT rowid AS place, * FROM \(name)") {
      let place: Int64 = try row.checked("place")
      for value in try values(row) {
        guard let plain = try? old.open(value.sealed, value.context) else {
          throw try Manifest.doesNotOpen(row, of: name, database)
        }
        try database.execute(
          sql: "UPDATE \(name) SET \(value.column) = ? WHERE rowid = ?",
          arguments: [try new.seal(plain, value.context), place])
      }
    }
  }
}
