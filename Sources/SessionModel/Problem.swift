/// What went wrong, as the socket says it (RFC 9457 with the members of our API).
public struct Problem: Error, Hashable, Sendable {
  /// The kind, which gives the HTTP status and the exit code.
  public var code: ProblemCode
  /// What happened; then what to do, as a command where there is one. Never a secret.
  public var detail: String
  /// Whether the same request may succeed later without a person's doing.
  public var retryable: Bool
  /// Seconds after which to try again.
  public var retryAfterSeconds: Int?
  /// A finer reason, of the closed lists `SessionReason` and `RefusalReason`.
  public var reason: String?
  /// The session concerned.
  public var session: SessionName?
  /// What the provider answered.
  public var provider: ProviderAnswer?
  /// A running login concerned (conflict).
  public var loginID: String?

  /// A problem; `retryable` is by default what the code implies.
  public init(
    _ code: ProblemCode, _ detail: String, retryable: Bool? = nil, retryAfterSeconds: Int? = nil, reason: String? = nil,
    session: SessionName? = nil, provider: ProviderAnswer? = nil, loginID: String? = nil
  ) {
    self.code = code
    self.detail = detail
    self.retryable = retryable ?? code.isRetryable
    self.retryAfterSeconds = retryAfterSeconds
    self.reason = reason
    self.session = session
    self.provider = provider
    self.loginID = loginID
  }
}

/// The part of a provider's answer that helps to understand it. No body, no secret.
public struct ProviderAnswer: Hashable, Sendable {
  /// The HTTP status.
  public var httpStatus: Int
  /// The exception's or error's name (`NotAuthorizedException`, `invalid_grant`).
  public var code: String?
  /// The provider's request id (`x-amzn-requestid`).
  public var requestID: String?
  /// What the provider answered.
  public init(httpStatus: Int, code: String?, requestID: String?) {
    self.httpStatus = httpStatus
    self.code = code
    self.requestID = requestID
  }
}

/// The kinds of problem: one HTTP status and one exit code each.
public enum ProblemCode: String, Hashable, Sendable, CaseIterable {
  case invalidRequest = "invalid_request"
  case signInRequired = "sign_in_required"
  case denied
  case notFound = "not_found"
  case conflict
  case tooLarge = "too_large"
  case credentialsRefused = "credentials_refused"
  case badConfiguration = "bad_configuration"
  case locked
  case offline
  case throttled
  case providerError = "provider_error"
  case storageFailed = "storage_failed"
  case unsupported
  case `internal`

  /// The HTTP status of the answer.
  public var httpStatus: Int {
    switch self {
    case .invalidRequest: 400
    case .signInRequired: 401
    case .denied: 403
    case .notFound: 404
    case .conflict: 409
    case .tooLarge: 413
    case .credentialsRefused, .badConfiguration: 422
    case .locked: 423
    case .offline, .throttled: 503
    case .providerError: 502
    case .storageFailed: 507
    case .unsupported: 501
    case .internal: 500
    }
  }

  /// The exit code of a command that ends with this problem.
  public func exitCode(retryable: Bool) -> Int32 {
    switch self {
    case .invalidRequest, .tooLarge: 64
    case .signInRequired: 10
    case .denied: 12
    case .notFound: 67
    case .conflict, .unsupported, .internal: 1
    case .credentialsRefused: 13
    case .badConfiguration: 78
    case .locked: 11
    case .offline, .throttled, .storageFailed: 75
    case .providerError: retryable ? 75 : 1
    }
  }

  /// Whether a problem of this kind passes by itself, where nothing finer is known.
  public var isRetryable: Bool {
    switch self {
    case .offline, .throttled, .storageFailed: true
    case .invalidRequest, .signInRequired, .denied, .notFound, .conflict, .tooLarge, .credentialsRefused,
      .badConfiguration, .locked, .providerError, .unsupported, .internal:
      false
    }
  }

  /// The problem's title.
  public var title: String {
    switch self {
    case .invalidRequest: "Invalid request"
    case .signInRequired: "Sign-in required"
    case .denied: "Denied"
    case .notFound: "Not found"
    case .conflict: "Conflict"
    case .tooLarge: "Too large"
    case .credentialsRefused: "Credentials refused"
    case .badConfiguration: "Bad configuration"
    case .locked: "Locked"
    case .offline: "Offline"
    case .throttled: "Throttled"
    case .providerError: "Provider error"
    case .storageFailed: "Storage failed"
    case .unsupported: "Unsupported"
    case .internal: "Internal error"
    }
  }
}
