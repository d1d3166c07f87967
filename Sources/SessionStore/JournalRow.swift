internal import GRDB
internal import SessionModel
internal import WireJSON

/// A journal entry as the table has it. It lies in clear, so that it can be read while the store is locked and after
/// sign-out: no secret and no name of a person is in it, and nothing is decided by it.
enum JournalRow {
  /// How many names without a session keep their journal.
  static let largestCountOfGone = 100

  /// Adds an entry to a session's journal; the oldest go for it.
  static func append(_ entry: JournalEntry, to session: SessionName, keeping limit: Int, _ database: Database) throws {
    let last =
      try Int64.fetchOne(
        database, sql: "SELECT max(seq) FROM journal WHERE session = ?", arguments: [session.rawValue]) ?? 0
    try database.execute(
      sql: "INSERT INTO journal (session, seq, at, entry) VALUES (?, ?, ?, ?)",
      arguments: [session.rawValue, last + 1, entry.at.milliseconds, entry.json.text])
    try database.execute(
      sql: "DELETE FROM journal WHERE session = ? AND seq <= ?",
      arguments: [session.rawValue, last + 1 - Int64(limit)])
  }

  /// Forgets the journals of the names that were signed out longest ago, beyond a number.
  static func forgetGone(_ database: Database) throws {
    try database.execute(
      sql: """
        DELETE FROM journal WHERE session NOT IN (SELECT name FROM session) AND session NOT IN
          (SELECT session FROM journal WHERE session NOT IN (SELECT name FROM session)
            GROUP BY session ORDER BY max(at) DESC, session LIMIT ?)
        """,
      arguments: [largestCountOfGone])
  }

  /// The entries of a session after a number, oldest first; without one the newest, oldest of them first.
  static func page(
    of session: SessionName, after: Int64?, limit: Int, _ database: Database
  ) throws -> JournalPage {
    let sql =
      after == nil
      ? "SELECT seq, entry FROM journal WHERE session = ? AND seq > ? ORDER BY seq DESC LIMIT ?"
      : "SELECT seq, entry FROM journal WHERE session = ? AND seq > ? ORDER BY seq LIMIT ?"
    let rows = try Row.fetchAll(database, sql: sql, arguments: [session.rawValue, after ?? 0, limit])
    let lines = try rows.compactMap { row -> JournalLine? in
      let (seq, text): (Int64, String) = (try row.checked("seq"), try row.checked("entry"))
      return JournalEntry(text: text).map { JournalLine(seq: seq, entry: $0) }
    }.sorted { $0.seq < $1.seq }
    let last =
      try Int64.fetchOne(
        database, sql: "SELECT max(seq) FROM journal WHERE session = ?", arguments: [session.rawValue]) ?? 0
    let isWhole = lines.isEmpty ? last <= after ?? 0 : lines.first?.seq == (after ?? 0) + 1 && lines.last?.seq == last
    return JournalPage(lines: lines, truncated: !isWhole)
  }
}

extension JournalEntry {
  /// The entry as it is kept.
  fileprivate var json: JSONValue {
    [
      "at": .integer(at.milliseconds), "event": .string(event.rawValue), "from": .optional(from?.rawValue),
      "to": .optional(to?.rawValue), "generation": generation.map { .integer($0.rawValue) } ?? .null,
      "attempt": attempt.map(JSONValue.integer) ?? .null,
      "next_attempt_at": nextAttemptAt.map { .integer($0.milliseconds) } ?? .null,
      "kind": .string(cause.kind.rawValue), "code": .optional(cause.code), "reason": .optional(cause.reason),
      "http_status": cause.provider.map { .integer(Int64($0.httpStatus)) } ?? .null,
      "provider_code": .optional(cause.provider?.code), "request_id": .optional(cause.provider?.requestID),
      "detail": .optional(cause.detail), "message": .string(message),
    ]
  }

  /// Nil where the text is not one of ours.
  fileprivate init?(text: String) {
    guard let json = try? JSONValue.parse(Array(text.utf8)), let at = json["at"]?.integer,
      let event = json["event"]?.string.flatMap(JournalEvent.init), let message = json["message"]?.string,
      let kind = json["kind"]?.string.flatMap(JournalCause.Kind.init)
    else { return nil }
    let provider = json["http_status"]?.integer.map {
      ProviderAnswer(
        httpStatus: Int($0), code: json["provider_code"]?.string, requestID: json["request_id"]?.string)
    }
    self.init(
      at: Timestamp(milliseconds: at), event: event, from: json["from"]?.string.flatMap(SessionState.init),
      to: json["to"]?.string.flatMap(SessionState.init), generation: json["generation"]?.integer.map { Generation($0) },
      attempt: json["attempt"]?.integer,
      nextAttemptAt: json["next_attempt_at"]?.integer.map { Timestamp(milliseconds: $0) },
      cause: JournalCause(
        kind, code: json["code"]?.string, reason: json["reason"]?.string, provider: provider,
        detail: json["detail"]?.string),
      message: message)
  }
}
