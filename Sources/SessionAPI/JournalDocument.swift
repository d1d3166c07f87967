public import SessionModel
public import WireJSON

/// `GET /v1/sessions/{name}/journal`: what happened to a session, and why.
public struct JournalDocument: WireDocument {
  /// The session's name.
  public var session: SessionName
  /// What happened, oldest first.
  public var entries: [JournalEntryDocument]
  /// Whether there are, or were, more entries than these.
  public var truncated: Bool

  /// A journal.
  public init(session: SessionName, entries: [JournalEntryDocument], truncated: Bool) {
    self.session = session
    self.entries = entries
    self.truncated = truncated
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      session: try fields.name("session"), entries: try fields.documents("entries"),
      truncated: try fields.bool("truncated"))
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "session": .string(session.rawValue), "entries": .array(entries.map(\.json)), "truncated": .bool(truncated),
    ]
  }
}

/// One entry of a journal, with its number.
public struct JournalEntryDocument: WireDocument {
  /// Counts the entries of a session's name from 1.
  public var seq: Int64
  /// The entry.
  public var entry: JournalEntry

  /// An entry with its number.
  public init(seq: Int64, entry: JournalEntry) {
    self.seq = seq
    self.entry = entry
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    seq = try fields.integer("seq")
    entry = JournalEntry(
      at: try fields.time("at"), event: try fields.choice("event"), from: try fields.optionalChoice("from"),
      to: try fields.optionalChoice("to"),
      generation: try fields.optionalInteger("generation").map { Generation($0) },
      attempt: try fields.optionalInteger("attempt"), nextAttemptAt: try fields.optionalTime("next_attempt_at"),
      cause: try JournalCause(json: try fields.required("cause")), message: try fields.string("message"))
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "seq": .integer(seq), "at": .string(entry.at.description), "event": .string(entry.event.rawValue),
      "from": .optional(entry.from?.rawValue), "to": .optional(entry.to?.rawValue),
      "generation": entry.generation.map { .integer($0.rawValue) } ?? .null,
      "attempt": entry.attempt.map(JSONValue.integer) ?? .null, "next_attempt_at": .optional(entry.nextAttemptAt),
      "cause": entry.cause.json, "message": .string(entry.message),
    ]
  }
}

extension JournalCause {
  fileprivate init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    let status = try fields.optionalInteger("http_status").map { Int($0) }
    let (code, request) = (try fields.optionalString("provider_code"), try fields.optionalString("request_id"))
    self.init(
      try fields.choice("kind"), code: try fields.optionalString("code"), reason: try fields.optionalString("reason"),
      provider: status.map { ProviderAnswer(httpStatus: $0, code: code, requestID: request) },
      detail: try fields.optionalString("detail"))
  }

  fileprivate var json: JSONValue {
    [
      "kind": .string(kind.rawValue), "code": .optional(code), "reason": .optional(reason),
      "http_status": .optional(provider?.httpStatus), "provider_code": .optional(provider?.code),
      "request_id": .optional(provider?.requestID), "detail": .optional(detail),
    ]
  }
}
