public import SessionModel
public import WireJSON

/// A failure that still matters, of a session, of a pending order or of the keystore.
public struct LastErrorDocument: WireDocument {
  /// A `ProblemCode`, as a string so that a client may be older than the agent.
  public var code: String
  /// What happened; then what to do.
  public var message: String
  /// When.
  public var at: Timestamp
  /// Whether it may pass by itself.
  public var retryable: Bool

  /// A failure.
  public init(code: String, message: String, at: Timestamp, retryable: Bool) {
    self.code = code
    self.message = message
    self.at = at
    self.retryable = retryable
  }

  /// A problem that happened at that time.
  public init(_ problem: Problem, at: Timestamp) {
    self.init(code: problem.code.rawValue, message: problem.detail, at: at, retryable: problem.retryable)
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      code: try fields.string("code"), message: try fields.string("message"), at: try fields.time("at"),
      retryable: try fields.bool("retryable"))
  }

  /// It as JSON.
  public var json: JSONValue {
    ["code": .string(code), "message": .string(message), "at": .string(at.description), "retryable": .bool(retryable)]
  }
}
