import SessionModel
import Testing
import WireJSON

@testable import AuthFlows

/// What an answer must come to: for a session being renewed, and for a person signing in.
struct ErrorCase: Sendable, CustomTestStringConvertible {
  var name: String
  var message: String
  var session: Disposition
  var code: ProblemCode
  var reason: RefusalReason?

  init(
    _ name: String, _ message: String, _ session: Disposition, _ code: ProblemCode, _ reason: RefusalReason? = nil
  ) {
    self.name = name
    self.message = message
    self.session = session
    self.code = code
    self.reason = reason
  }

  var testDescription: String { "\(name): \(message)" }

  static let all: [ErrorCase] = [
    // The provider's texts as seen in the field (PROTOCOL §10).
    .init(
      "NotAuthorizedException", "Incorrect username or password.", .blocked(.refused), .credentialsRefused,
      .wrongCredentials),
    .init(
      "NotAuthorizedException", "Password attempts exceeded", .blocked(.refused), .credentialsRefused, .tooManyAttempts),
    .init(
      "NotAuthorizedException", "User is disabled.", .signInRequired(.userDisabled), .credentialsRefused, .userDisabled),
    .init(
      "NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.",
      .blocked(.passwordResetRequired), .credentialsRefused, .passwordResetRequired),
    .init(
      "NotAuthorizedException", "Invalid session for the user, session can only be used once.", .blocked(.refused),
      .credentialsRefused, .codeExpired),
    .init(
      "NotAuthorizedException", "Invalid session for the user, session is expired.", .blocked(.refused),
      .credentialsRefused, .codeExpired),
    .init(
      "NotAuthorizedException", "Refresh Token has expired", .signInRequired(.refreshTokenExpired), .signInRequired),
    .init(
      "NotAuthorizedException", "Refresh Token has been revoked", .signInRequired(.refreshTokenRevoked), .signInRequired
    ),
    .init(
      "NotAuthorizedException", "Invalid Refresh Token.", .signInRequired(.refreshTokenRevoked), .signInRequired),
    .init(
      "RefreshTokenReuseException", "Refresh token was reused", .signInRequired(.refreshTokenReused), .signInRequired),
    .init("NotAuthorizedException", "Access Token has expired", .offline, .providerError),
    .init("NotAuthorizedException", "Access Token has been revoked", .blocked(.refused), .signInRequired),
    .init(
      "NotAuthorizedException", "Access Token does not have required scopes", .blocked(.refused), .unsupported),
    .init(
      "UserNotFoundException", "User does not exist.", .signInRequired(.userDeleted), .credentialsRefused,
      .wrongCredentials),
    .init(
      "UserNotConfirmedException", "User is not confirmed.", .blocked(.userNotConfirmed), .credentialsRefused,
      .userNotConfirmed),
    .init(
      "PasswordResetRequiredException", "Password reset required for the user", .blocked(.passwordResetRequired),
      .credentialsRefused, .passwordResetRequired),
    .init(
      "NotAuthorizedException", "Request not allowed due to security reasons.", .blocked(.refused), .credentialsRefused),
    .init(
      "CodeMismatchException", "Invalid code or auth state for the user.", .blocked(.refused), .credentialsRefused,
      .wrongCode),
    .init(
      "EnableSoftwareTokenMFAException", "Code mismatch", .blocked(.refused), .credentialsRefused, .wrongCode),
    .init(
      "ExpiredCodeException", "Invalid code provided, please request a code again.", .blocked(.refused),
      .credentialsRefused, .codeExpired),
    .init("TooManyFailedAttemptsException", "", .blocked(.refused), .credentialsRefused, .tooManyAttempts),
    .init(
      "LimitExceededException", "Attempt limit exceeded, please try after some time.", .offline, .credentialsRefused,
      .tooManyAttempts),
    .init(
      "InvalidPasswordException", "Password did not conform with policy: Password not long enough", .blocked(.refused),
      .credentialsRefused, .passwordPolicy),
    .init(
      "PasswordHistoryPolicyViolationException", "Password has previously been used", .blocked(.refused),
      .credentialsRefused, .passwordPolicy),
    .init("SoftwareTokenMFANotFoundException", "", .blocked(.refused), .unsupported),
    .init("MFAMethodNotFoundException", "", .blocked(.refused), .unsupported),
    .init("AliasExistsException", "", .blocked(.refused), .conflict),
    .init("CodeDeliveryFailureException", "", .offline, .providerError),
    .init("UsernameExistsException", "User already exists", .blocked(.refused), .conflict),
    .init(
      "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED", .blocked(.refused), .conflict),
    .init("InvalidParameterException", "User is already confirmed.", .blocked(.refused), .conflict),
    .init(
      "NotAuthorizedException", "SignUp is not permitted for this user pool", .blocked(.refused), .unsupported),
    .init(
      "NotAuthorizedException", "A client attempted to write unauthorized attribute", .blocked(.refused), .providerError
    ),
    .init("NotAuthorizedException", "Cannot modify an already provided email", .blocked(.refused), .invalidRequest),
    .init(
      "InvalidParameterException",
      "Cannot reset password for the user as there is no registered/verified email or phone_number",
      .blocked(.refused), .providerError),
    .init("ResourceNotFoundException", "Device does not exist.", .blocked(.refused), .notFound),
    .init("DeviceKeyExistsException", "", .blocked(.refused), .conflict),
    .init("UnrecognizedClientException", "", .blocked(.refused), .credentialsRefused),
    .init("InvalidClientTokenId", "", .blocked(.refused), .credentialsRefused),
    .init("MissingAuthenticationTokenException", "", .blocked(.refused), .credentialsRefused),
    .init("InvalidSignatureException", "", .blocked(.refused), .credentialsRefused),
    .init("SignatureDoesNotMatch", "", .blocked(.refused), .credentialsRefused),
    .init("IncompleteSignatureException", "", .blocked(.refused), .credentialsRefused),
    .init("ExpiredTokenException", "", .blocked(.refused), .credentialsRefused),
    .init("ExpiredToken", "", .blocked(.refused), .credentialsRefused),
    .init("RequestExpired", "", .blocked(.refused), .credentialsRefused),
    .init("RequestTimeTooSkewed", "", .blocked(.refused), .credentialsRefused),
    .init("RequestInTheFuture", "", .blocked(.refused), .credentialsRefused),
    .init("AccessDeniedException", "", .blocked(.refused), .credentialsRefused),
    .init("AccessDenied", "", .blocked(.refused), .credentialsRefused),
    .init(
      "NotAuthorizedException", "SecretHash does not match for the client: x", .blocked(.clientCredentialsWrong),
      .badConfiguration),
    .init(
      "NotAuthorizedException", "Unable to verify secret hash for client x", .blocked(.clientCredentialsWrong),
      .badConfiguration),
    .init(
      "NotAuthorizedException", "Client x is configured with secret but SECRET_HASH was not received",
      .blocked(.clientCredentialsWrong), .badConfiguration),
    .init(
      "NotAuthorizedException", "Client x is configured for secret but secret was not received",
      .blocked(.clientCredentialsWrong), .badConfiguration),
    .init(
      "NotAuthorizedException", "Client secret does not match", .blocked(.clientCredentialsWrong), .badConfiguration),
    .init("UnauthorizedException", "Bad client", .blocked(.clientCredentialsWrong), .badConfiguration),
    .init(
      "ResourceNotFoundException", "User pool client x does not exist.", .signInRequired(.clientRemoved),
      .badConfiguration),
    .init("ResourceNotFoundException", "User pool x does not exist.", .blocked(.refused), .badConfiguration),
    .init(
      "ResourceNotFoundException", "Username/client id combination not found.", .blocked(.refused), .providerError),
    .init("NotAuthorizedException", "Something never seen", .blocked(.refused), .credentialsRefused),
    .init("NotAuthorizedException", "", .blocked(.refused), .credentialsRefused),
    .init(
      "InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client", .blocked(.refused),
      .badConfiguration),
    .init(
      "InvalidParameterException",
      "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy x",
      .blocked(.refused), .credentialsRefused, .passwordPolicy),
    .init("InvalidParameterException", "Missing required parameter USERNAME", .blocked(.refused), .providerError),
    .init(
      "UserLambdaValidationException", "PreAuthentication failed with error X.", .blocked(.refused),
      .credentialsRefused),
    .init("ForbiddenException", "", .blocked(.refused), .providerError),
    .init("OperationNotEnabledException", "", .blocked(.refused), .unsupported),
    .init("FeatureUnavailableInTierException", "", .blocked(.refused), .unsupported),
    .init("UnsupportedOperationException", "", .blocked(.refused), .unsupported),
    .init("UnknownOperationException", "", .blocked(.refused), .unsupported),
    .init("UnsupportedTokenTypeException", "", .blocked(.refused), .unsupported),
    .init("InvalidUserPoolConfigurationException", "", .blocked(.refused), .providerError),
    .init("InvalidSmsRoleAccessPolicyException", "", .blocked(.refused), .providerError),
    .init("InvalidSmsRoleTrustRelationshipException", "", .blocked(.refused), .providerError),
    .init("InvalidEmailRoleAccessPolicyException", "", .blocked(.refused), .providerError),
    .init("UnexpectedLambdaException", "", .offline, .providerError),
    .init("InvalidLambdaResponseException", "", .offline, .providerError),
    .init("ConcurrentModificationException", "", .offline, .providerError),
    .init("InternalErrorException", "", .offline, .providerError),
    .init("InternalFailure", "", .offline, .providerError),
    .init("InternalServerError", "", .offline, .providerError),
    .init("ServiceUnavailable", "", .offline, .providerError),
    .init("ServiceUnavailableException", "", .offline, .providerError),
    .init("TooManyRequestsException", "Rate exceeded", .offline, .throttled),
    .init("Throttling", "", .offline, .throttled),
    .init("ThrottlingException", "", .offline, .throttled),
    .init("ThrottledException", "", .offline, .throttled),
    .init("RequestThrottled", "", .offline, .throttled),
    .init("RequestThrottledException", "", .offline, .throttled),
    .init("RequestLimitExceeded", "", .offline, .throttled),
    .init("BandwidthLimitExceeded", "", .offline, .throttled),
    .init("SlowDown", "", .offline, .throttled),
    .init("PriorRequestNotComplete", "", .offline, .throttled),
    // What nobody knows.
    .init("BrandNewException", "News", .blocked(.refused), .providerError),
  ]
}

@Suite("Error table")
struct ErrorTableTests {
  private func failure(
    _ name: String, _ message: String, for purpose: Purpose, status: Int = 400
  ) throws -> ProviderFailure {
    guard case .response(let response) = ScriptedTransport.Reply.refusal(name, message, status: status) else {
      throw TransportError.cancelled
    }
    return ProviderFailure(ServiceError(response, now: FixedClock().wall), for: purpose)
  }

  @Test("every row of the table is one of the cases below, and every case finds its row")
  func complete() {
    let rows = ErrorRow.all
    var hit = Set<Int>()
    for item in ErrorCase.all {
      guard let row = ErrorRow.find(item.name, message: item.message) else {
        #expect(item.name == "BrandNewException")
        continue
      }
      let index = rows.firstIndex { $0.exception == row.exception && $0.message == row.message }
      index.map { _ = hit.insert($0) }
    }
    #expect(hit.count == rows.count)
    #expect(Set(rows.map { "\($0.exception) \($0.message ?? "")" }).count == rows.count)
  }

  @Test("every error that the API model lists for an operation in use has a row")
  func model() throws {
    let operations = try #require(try Fixture.json("cognito-idp-operations.json")["operations"]?.object)
    #expect(Set(operations.map(\.name)) == Set(Operation.allCases.map(\.rawValue)))
    let errors = operations.flatMap { $0.value["errors"]?.array?.compactMap(\.string) ?? [] }
    #expect(Set(errors).count > 25)
    for error in errors { #expect(ErrorRow.find(error, message: nil) != nil, "\(error)") }
  }

  @Test("on a refresh, each answer means for the session what its row says", arguments: ErrorCase.all)
  func refresh(_ item: ErrorCase) throws {
    let failure = try failure(item.name, item.message, for: .refresh)
    #expect(failure.disposition == item.session)
    #expect(!failure.answerLost)
    #expect(failure.problem.provider?.code == item.name)
    switch item.session {
    case .signInRequired(let reason):
      #expect(failure.problem.code == .signInRequired)
      #expect(failure.problem.reason == reason.rawValue)
      #expect(!failure.problem.retryable)
    case .blocked(let reason):
      #expect(failure.problem.code == .providerError)
      #expect(failure.problem.reason == reason.rawValue)
    case .offline:
      #expect([.providerError, .throttled].contains(failure.problem.code))
      #expect(failure.problem.reason == nil)
      #expect(failure.problem.retryable)
    }
  }

  @Test("at a sign-in, each answer is told as its row says", arguments: ErrorCase.all)
  func signIn(_ item: ErrorCase) throws {
    let failure = try failure(item.name, item.message, for: .signIn)
    #expect(failure.problem.code == item.code)
    #expect(failure.problem.reason == item.reason?.rawValue)
    let exits: [ProblemCode: Int32] = [
      .signInRequired: 10, .credentialsRefused: 13, .invalidRequest: 64, .throttled: 75, .conflict: 1, .unsupported: 1,
      .notFound: 67, .badConfiguration: 78, .providerError: item.session == .offline ? 75 : 1,
    ]
    #expect(failure.problem.code.exitCode(retryable: failure.problem.retryable) == exits[item.code])
    #expect(failure.problem.detail.hasSuffix("."))
    #expect(failure.problem.detail.count > 20)
  }

  @Test("the four troubles of who can't sign in have four sentences and four reasons")
  func fourTroubles() throws {
    let troubles = [
      ("UserNotConfirmedException", "User is not confirmed."),
      ("NotAuthorizedException", "Incorrect username or password."), ("NotAuthorizedException", "User is disabled."),
      ("NotAuthorizedException", "Password attempts exceeded"),
    ]
    let problems = try troubles.map { try failure($0.0, $0.1, for: .signIn).problem }
    #expect(Set(problems.map(\.detail)).count == 4)
    #expect(Set(problems.map(\.reason)).count == 4)
    for (problem, word) in zip(problems, ["not confirmed", "password is wrong", "disabled", "locked"]) {
      #expect(problem.detail.contains(word))
      #expect(problem.code.exitCode(retryable: problem.retryable) == 13)
    }
  }

  @Test("only what the contract lists ends a session")
  func endings() {
    let ending: Set<SessionReason> = [
      .refreshTokenExpired, .refreshTokenRevoked, .refreshTokenReused, .userDisabled, .userDeleted, .clientRemoved,
    ]
    for row in ErrorRow.all {
      if case .signInRequired(let reason) = row.session { #expect(ending.contains(reason)) }
    }
  }

  @Test(
    "an ending that did not come from the service as it sends endings ends nothing",
    arguments: [401, 403, 404, 407, 500, 502, 503])
  func wrongStatus(_ status: Int) throws {
    let failure = try failure("NotAuthorizedException", "Refresh Token has been revoked", for: .refresh, status: status)
    if case .signInRequired = failure.disposition { Issue.record("HTTP \(status) ended the session.") }
  }

  @Test(
    "a page from something in between is trouble",
    arguments: [
      (400, "text/html", "<html>Refresh Token has been revoked</html>"), (403, "text/html", "blocked"),
      (400, "text/plain", ""), (407, "text/html", "proxy"), (404, "application/json", "{}"),
      (511, "text/html", "login"),
      (400, "application/json", #"{"message":"Refresh Token has been revoked"}"#),
      (400, "text/html", #"{"__type":"NotAuthorizedException","message":"Refresh Token has been revoked"}"#),
      (400, "", #"{"__type":"NotAuthorizedException","message":"Refresh Token has been revoked"}"#),
      (400, "application/x-amz-json-1.1", #"{"__type":"NotAuthorizedExc"#), (400, "application/x-amz-json-1.1", "[]"),
    ])
  func notTheService(status: Int, type: String, body: String) {
    let response = ProviderResponse(
      status: status, headers: [("Content-Type", type)], body: Secret(copyingUTF8: body))
    let failure = ProviderFailure(ServiceError(response, now: FixedClock().wall), for: .refresh)
    #expect(failure.disposition == .offline)
    #expect(failure.problem.retryable)
  }

  @Test(
    "a refusal in other JSON than the service's own is believed by its __type",
    arguments: ["application/json", "application/json; charset=utf-8", "Application/Problem+JSON ; a=b"])
  func otherJSON(_ type: String) {
    let response = ProviderResponse(
      status: 400, headers: [("Content-Type", type)],
      body: Secret(copyingUTF8: #"{"__type":"NotAuthorizedException","message":"Refresh Token has been revoked"}"#))
    let failure = ProviderFailure(ServiceError(response, now: FixedClock().wall), for: .refresh)
    #expect(failure.disposition == .signInRequired(.refreshTokenRevoked))
  }

  @Test("only a sign-in is told of AWS credentials that are wrong: nothing else has any")
  func unsigned() throws {
    for name in ["AccessDeniedException", "UnrecognizedClientException", "MissingAuthenticationTokenException"] {
      for purpose in Purpose.allCases {
        let failure = try failure(name, "", for: purpose)
        #expect(failure.disposition == .blocked(.refused))
        #expect(failure.problem.detail.contains("which this one is not") == (purpose != .signIn))
      }
    }
  }

  @Test("a gateway's error leaves open whether the request was processed, the service's own does not")
  func lostAnswers() {
    func lost(_ status: Int, _ type: String) -> Bool {
      let response = ProviderResponse(
        status: status, headers: [("Content-Type", type)], body: Secret(copyingUTF8: "{}"))
      return ProviderFailure(ServiceError(response, now: FixedClock().wall), for: .refresh).answerLost
    }
    #expect(lost(502, "text/html"))
    #expect(lost(504, "text/html"))
    #expect(!lost(503, "text/html"))
    #expect(!lost(500, "application/x-amz-json-1.1"))
  }

  @Test("throttling keeps what the provider asks us to wait")
  func throttling() throws {
    let reply = ScriptedTransport.Reply.refusal(
      "TooManyRequestsException", "Rate exceeded", headers: [("Retry-After", "9")])
    guard case .response(let response) = reply else { return }
    for purpose in Purpose.allCases {
      let failure = ProviderFailure(ServiceError(response, now: FixedClock().wall), for: purpose)
      #expect(failure.problem.code == .throttled)
      #expect(failure.problem.retryAfterSeconds == 9)
    }
  }

  @Test(
    "a request without an answer is trouble, and says whether it may have been processed",
    arguments: [
      (TransportError.nameResolution(host: "h"), ProblemCode.offline, false), (.connect(host: "h"), .offline, false),
      (.tls(host: "h", detail: "d"), .offline, false), (.proxy(host: "h"), .offline, false),
      (.timeout(host: "h", afterSending: false), .offline, false),
      (.timeout(host: "h", afterSending: true), .offline, true),
      (.connectionClosed(host: "h", afterSending: false), .offline, false),
      (.connectionClosed(host: "h", afterSending: true), .offline, true),
      (.tooLarge(host: "h", limit: 1), .providerError, true),
      (.redirected(host: "h", status: 302), .providerError, true),
      (.malformed(host: "h"), .providerError, true), (.cancelled, .offline, true),
      (.refusedAddress("http://h/"), .badConfiguration, false),
    ])
  func transport(error: TransportError, code: ProblemCode, lost: Bool) {
    let failure = ProviderFailure(error)
    #expect(failure.disposition == .offline)
    #expect(failure.problem.code == code)
    #expect(failure.answerLost == lost)
    #expect(failure.problem.detail.hasSuffix(".") || failure.problem.detail.hasSuffix("?"))
  }
}
