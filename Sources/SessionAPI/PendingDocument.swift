public import SessionModel
public import WireJSON

/// An order that outlives its session: a refresh token still to be revoked.
public struct PendingDocument: WireDocument {
  /// `revoke`.
  public var action: String
  /// The session that it was of.
  public var session: SessionName
  /// The provider that must hear of it.
  public var issuer: String
  /// How often it was tried.
  public var attempts: Int
  /// When it is tried next.
  public var nextAttemptAt: Timestamp?
  /// When it is given up.
  public var givesUpAt: Timestamp
  /// What went wrong last.
  public var lastError: LastErrorDocument?

  /// A pending order.
  public init(
    action: String = "revoke", session: SessionName, issuer: String, attempts: Int, nextAttemptAt: Timestamp?,
    givesUpAt: Timestamp, lastError: LastErrorDocument?
  ) {
    self.action = action
    self.session = session
    self.issuer = issuer
    self.attempts = attempts
    self.nextAttemptAt = nextAttemptAt
    self.givesUpAt = givesUpAt
    self.lastError = lastError
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      action: try fields.string("action"), session: try fields.name("session"), issuer: try fields.string("issuer"),
      attempts: Int(try fields.integer("attempts")), nextAttemptAt: try fields.optionalTime("next_attempt_at"),
      givesUpAt: try fields.time("gives_up_at"), lastError: try fields.optionalDocument("last_error"))
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "action": .string(action), "session": .string(session.rawValue), "issuer": .string(issuer),
      "attempts": .integer(Int64(attempts)), "next_attempt_at": .optional(nextAttemptAt),
      "gives_up_at": .string(givesUpAt.description), "last_error": lastError?.json ?? .null,
    ]
  }
}

/// A lesser socket.
public struct ForwardDocument: WireDocument {
  /// Its id.
  public var id: String
  /// Where it listens.
  public var path: String
  /// The sessions that it carries.
  public var sessions: [String]
  /// What it hands out: `access`, `id`, `aws`.
  public var types: [String]
  /// When it ends.
  public var expiresAt: Timestamp
  /// How many tokens it may still hand out; nil without limit.
  public var usesLeft: Int?
  /// Whether each peer is confirmed by the user.
  public var confirm: Bool
  /// How many connections are open.
  public var connections: Int
  /// Since when it is there.
  public var createdAt: Timestamp

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    id = try fields.string("id")
    path = try fields.string("path")
    sessions = try fields.strings("sessions")
    types = try fields.strings("types")
    expiresAt = try fields.time("expires_at")
    usesLeft = try fields.optionalInteger("uses_left").map { Int($0) }
    confirm = try fields.bool("confirm")
    connections = Int(try fields.integer("connections"))
    createdAt = try fields.time("created_at")
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "id": .string(id), "path": .string(path), "sessions": .strings(sessions), "types": .strings(types),
      "expires_at": .string(expiresAt.description), "uses_left": .optional(usesLeft), "confirm": .bool(confirm),
      "connections": .integer(Int64(connections)), "created_at": .string(createdAt.description),
    ]
  }
}
