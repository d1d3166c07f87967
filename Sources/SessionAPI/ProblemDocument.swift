public import SessionModel
public import WireJSON

/// A problem as the socket sends it (RFC 9457).
public struct ProblemDocument: WireDocument {
  /// The media type of the body.
  public static let contentType = "application/problem+json"

  /// The problem.
  public var problem: Problem
  /// The HTTP status: the code's, or a finer one (405, 408, 415, 431).
  public var status: Int

  /// A problem; its status is by default the code's.
  public init(_ problem: Problem, status: Int? = nil) {
    self.problem = problem
    self.status = status ?? problem.code.httpStatus
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    let code: ProblemCode = try fields.choice("code")
    problem = Problem(
      code, try fields.string("detail"), retryable: try fields.optionalBool("retryable"),
      retryAfterSeconds: try fields.optionalInteger("retry_after_seconds").map { Int($0) },
      reason: try fields.optionalString("reason"), session: try fields.optionalName("session"),
      provider: try fields.value("provider").map { try ProviderAnswer(JSONFields($0)) },
      loginID: try fields.optionalString("login_id"))
    status = try fields.optionalInteger("status").map { Int($0) } ?? code.httpStatus
  }

  /// `login_id` is a member only where a login is concerned.
  public var json: JSONValue {
    var members = [
      JSONMember("type", "about:blank"), JSONMember("title", .string(problem.code.title)),
      JSONMember("status", .integer(Int64(status))), JSONMember("detail", .string(problem.detail)),
      JSONMember("code", .string(problem.code.rawValue)), JSONMember("retryable", .bool(problem.retryable)),
      JSONMember("retry_after_seconds", .optional(problem.retryAfterSeconds)),
      JSONMember("reason", .optional(problem.reason)), JSONMember("session", .optional(problem.session?.rawValue)),
      JSONMember("provider", problem.provider?.json ?? .null),
    ]
    if let loginID = problem.loginID { members.append(JSONMember("login_id", .string(loginID))) }
    return .object(members)
  }
}

extension ProviderAnswer {
  fileprivate init(_ fields: JSONFields) throws {
    self.init(
      httpStatus: Int(try fields.integer("http_status")), code: try fields.optionalString("code"),
      requestID: try fields.optionalString("request_id"))
  }

  fileprivate var json: JSONValue {
    [
      "http_status": .integer(Int64(httpStatus)), "code": .optional(code), "request_id": .optional(requestID),
    ]
  }
}
