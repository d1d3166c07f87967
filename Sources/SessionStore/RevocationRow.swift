internal import Foundation
internal import GRDB
internal import SessionModel

/// An order to revoke as the table has it.
struct RevocationRow {
  /// What the sealed payload is bound to: the id of the sign-in whose token it is.
  var subject: String
  var id: String
  var session: String
  var profile: String
  var issuer: String
  var clientID: String
  var createdAt: Int64
  var givesUpAt: Int64
  var attempts: Int
  var lastError: String?
  var sealed: Data

  /// How many orders one origin may have waiting; the oldest goes for a new one.
  static let limitPerIssuer = 100

  var context: SealContext {
    RevocationPayload.context(
      subject: subject, session: session, profile: profile, issuer: issuer, clientID: clientID)
  }

  init(_ row: Row) throws {
    subject = try row.checked("subject")
    id = try row.checked("id")
    session = try row.checked("session")
    profile = try row.checked("profile")
    issuer = try row.checked("issuer")
    clientID = try row.checked("client_id")
    createdAt = try row.checked("created_at")
    givesUpAt = try row.checked("gives_up_at")
    attempts = try row.checked("attempts")
    lastError = try row.optional("last_error")
    sealed = try row.checked("sealed")
  }

  /// All of them, oldest first.
  static func all(_ database: Database) throws -> [RevocationRow] {
    try Row.fetchAll(database, sql: "SELECT * FROM revocation ORDER BY created_at, rowid").map { try RevocationRow($0) }
  }

  /// The order; nil where it is not what was sealed here.
  func open(with sealer: Sealer) -> RevocationOrder? {
    guard let session = SessionName(session), let profile = ProfileName(profile),
      let opened = try? sealer.open(sealed, context), let payload = RevocationPayload(opened),
      payload.binding.issuer == issuer, payload.binding.clientID == clientID
    else { return nil }
    return RevocationOrder(
      id: id, session: session, profile: profile, binding: payload.binding, refreshToken: payload.refreshToken,
      createdAt: Timestamp(milliseconds: createdAt), givesUpAt: Timestamp(milliseconds: givesUpAt), attempts: attempts,
      lastError: lastError)
  }
}

extension RevocationRow {
  /// Queues an order whose token the caller holds, bound to the session's sign-in where its row is still there.
  static func insert(_ order: RevocationOrder, _ sealer: Sealer, _ database: Database) throws {
    let subject = try SessionRow.named(order.session, database)?.id ?? order.id
    let context = RevocationPayload.context(
      subject: subject, session: order.session.rawValue, profile: order.profile.rawValue, issuer: order.binding.issuer,
      clientID: order.binding.clientID)
    let payload = RevocationPayload(binding: order.binding, refreshToken: order.refreshToken)
    try RevocationRow(
      subject: subject, id: order.id, session: order.session.rawValue, profile: order.profile.rawValue,
      issuer: order.binding.issuer, clientID: order.binding.clientID, createdAt: order.createdAt.milliseconds,
      givesUpAt: order.givesUpAt.milliseconds, attempts: order.attempts, lastError: order.lastError,
      sealed: try sealer.seal(payload.encoded, context)
    ).insert(database)
  }

  /// Queues the sealed copy that lies with a session, unopened; false where there is none.
  static func move(_ row: SessionRow, to ticket: RevocationTicket, _ database: Database) throws -> Bool {
    guard let sealed = row.sealed[.revocation] else { return false }
    try RevocationRow(
      subject: row.id, id: ticket.id, session: row.name, profile: row.profile, issuer: row.issuer,
      clientID: row.clientID, createdAt: ticket.createdAt.milliseconds, givesUpAt: ticket.givesUpAt.milliseconds,
      attempts: 0, lastError: nil, sealed: sealed
    ).insert(database)
    return true
  }

  private init(
    subject: String, id: String, session: String, profile: String, issuer: String, clientID: String, createdAt: Int64,
    givesUpAt: Int64, attempts: Int, lastError: String?, sealed: Data
  ) {
    self.subject = subject
    self.id = id
    self.session = session
    self.profile = profile
    self.issuer = issuer
    self.clientID = clientID
    self.createdAt = createdAt
    self.givesUpAt = givesUpAt
    self.attempts = attempts
    self.lastError = lastError
    self.sealed = sealed
  }

  private func insert(_ database: Database) throws {
    try database.execute(
      sql: """
        INSERT OR REPLACE INTO revocation
          (subject, id, session, profile, issuer, client_id, created_at, gives_up_at, attempts, last_error, sealed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        subject, id, session, profile, issuer, clientID, createdAt, givesUpAt, attempts, lastError, sealed,
      ])
    try database.execute(
      sql: """
        DELETE FROM revocation WHERE issuer = ? AND id NOT IN
          (SELECT id FROM revocation WHERE issuer = ? ORDER BY created_at DESC, rowid DESC LIMIT ?)
        """,
      arguments: [issuer, issuer, Self.limitPerIssuer])
  }
}
