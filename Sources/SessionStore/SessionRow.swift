internal import Foundation
internal import GRDB
internal import SessionModel

/// A session as the table has it: clear columns, and sealed ones that are bound to all of the clear ones.
struct SessionRow {
  var name: String
  var id: String
  var profile: String
  var provider: String
  var issuer: String
  var clientID: String
  var generation: Int64
  var sealed: [Column: Data]

  /// The sealed columns.
  enum Column: String, CaseIterable {
    case details
    case accessToken = "access_token"
    case accessClaims = "access_claims"
    case idToken = "id_token"
    case idClaims = "id_claims"
    case refreshToken = "refresh_token"
    /// What an order to revoke needs, bound to the sign-in and not to the generation: a logout without the key moves
    /// it into the table of orders as it is.
    case revocation
  }

  /// What the value of a column is bound to.
  func context(_ column: Column) -> SealContext {
    switch column {
    case .details, .accessToken, .accessClaims, .idToken, .idClaims, .refreshToken:
      SealContext(
        table: "session", row: id, column: column.rawValue,
        bound: [name, profile, provider, issuer, clientID, String(generation)])
    case .revocation:
      RevocationPayload.context(subject: id, session: name, profile: profile, issuer: issuer, clientID: clientID)
    }
  }
}

extension SessionRow {
  init(_ row: Row) throws {
    name = try row.checked("name")
    id = try row.checked("id")
    profile = try row.checked("profile")
    provider = try row.checked("provider")
    issuer = try row.checked("issuer")
    clientID = try row.checked("client_id")
    generation = try row.checked("generation")
    sealed = [:]
    for column in Column.allCases { sealed[column] = try row.optional(column.rawValue) }
  }

  static func all(_ database: Database) throws -> [SessionRow] {
    try Row.fetchAll(database, sql: "SELECT * FROM session ORDER BY name").map { try SessionRow($0) }
  }

  static func named(_ name: SessionName, _ database: Database) throws -> SessionRow? {
    try Row.fetchOne(database, sql: "SELECT * FROM session WHERE name = ?", arguments: [name.rawValue])
      .map { try SessionRow($0) }
  }

  /// Puts the row in the place of any other of that name.
  func store(_ database: Database) throws {
    let columns = ["name", "id", "profile", "provider", "issuer", "client_id", "generation"]
    let clear: [any DatabaseValueConvertible] = [name, id, profile, provider, issuer, clientID, generation]
    let all = columns + Column.allCases.map(\.rawValue)
    try database.execute(sql: "DELETE FROM session WHERE name = ?", arguments: [name])
    try database.execute(
      sql: "INSERT INTO session (\(all.joined(separator: ", "))) "
        + "VALUES (\(all.map { _ in "?" }.joined(separator: ", ")))",
      arguments: StatementArguments(clear + Column.allCases.map { sealed[$0] ?? DatabaseValue.null }))
  }
}
