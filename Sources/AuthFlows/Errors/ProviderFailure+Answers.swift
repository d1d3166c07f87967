internal import SessionModel

extension ProviderFailure {
  /// The failure that an answer other than success means.
  init(_ error: ServiceError, for purpose: Purpose) {
    switch error.status {
    case 429: self.init(error, throttledFor: purpose)
    case 500...: self.init(error, serverTroubleFor: purpose)
    case 400..<500 where error.isGenuine: self.init(refusal: error, for: purpose)
    default:
      self = .unusable(
        "Something other than the provider seems to have answered (HTTP \(error.status)).", error.answer,
        answerLost: error.status < 400)
    }
  }

  /// A success whose body is not what it must be: the request may have been processed, its result is lost.
  static func unusable(_ what: String, _ answer: ProviderAnswer, answerLost: Bool = true) -> ProviderFailure {
    let problem = Problem(
      .providerError, "\(what) Try again later; is the network behind a sign-in page?", retryable: true,
      provider: answer)
    return ProviderFailure(.offline, problem, answerLost: answerLost)
  }

  /// The failure that a request without an answer means.
  init(_ error: TransportError) {
    let code: ProblemCode =
      switch error {
      case .refusedAddress: .badConfiguration
      case .tooLarge, .redirected, .malformed: .providerError
      case .nameResolution, .connect, .tls, .proxy, .timeout, .connectionClosed, .cancelled: .offline
      }
    let problem = Problem(code, error.description, retryable: code != .badConfiguration)
    self.init(.offline, problem, answerLost: error.mayHaveBeenProcessed)
  }

  private init(_ error: ServiceError, throttledFor purpose: Purpose) {
    let problem = Problem(
      .throttled, "The provider has too many requests to answer. Try again later.",
      retryAfterSeconds: error.retryAfterSeconds, provider: error.answer)
    self.init(.offline, problem)
  }

  private init(_ error: ServiceError, serverTroubleFor purpose: Purpose) {
    let isThrottling = error.name.map(ErrorRow.throttlingNames.contains) ?? false
    let problem = Problem(
      isThrottling ? .throttled : .providerError,
      "The provider has trouble of its own (HTTP \(error.status)). Try again later.", retryable: true,
      retryAfterSeconds: error.retryAfterSeconds, provider: error.answer)
    // What the service itself reports did not succeed; a gateway does not know. 503 is sent instead of an attempt.
    self.init(.offline, problem, answerLost: !error.isGenuine && error.status != 503)
  }

  private init(refusal error: ServiceError, for purpose: Purpose) {
    guard let name = error.name else {
      self = .unusable("The provider's refusal can't be read (HTTP \(error.status)).", error.answer, answerLost: false)
      return
    }
    guard let row = ErrorRow.find(name, message: error.message, for: purpose) else {
      self.init(unknown: error, name: name, for: purpose)
      return
    }
    let quote = row.quotes ? error.quotable.map { " It says: \"\($0)\"." } ?? "" : ""
    let renewing = purpose == .refresh ? row.renewing : nil
    let detail = renewing ?? "\(row.what)\(quote) \(row.advice)"
    var disposition = row.session
    // Cognito refuses with 400 and nothing else; what ends a session must leave no doubt about who said so.
    if case .signInRequired = disposition, error.status != 400 { disposition = .blocked(.refused) }
    let problem = Problem(
      row.code, detail, retryable: row.retryable, retryAfterSeconds: error.retryAfterSeconds,
      reason: row.reason?.rawValue, provider: error.answer)
    self.init(disposition, problem, for: purpose)
  }

  private init(unknown error: ServiceError, name: String, for purpose: Purpose) {
    let says = error.quotable.map { ", and says: \"\($0)\"." } ?? "."
    let problem = Problem(
      .providerError, "The provider refuses for a reason that is not known here: \(name)\(says)", retryable: false,
      retryAfterSeconds: error.retryAfterSeconds, provider: error.answer)
    self.init(.blocked(.refused), problem, for: purpose)
  }

  /// On a refresh the caller is told what it means for the session, not for credentials that nobody has given.
  private init(_ disposition: Disposition, _ problem: Problem, for purpose: Purpose) {
    var problem = problem
    if purpose == .refresh {
      switch disposition {
      case .signInRequired(let reason):
        problem.code = .signInRequired
        problem.reason = reason.rawValue
        problem.retryable = false
      case .blocked(let reason):
        problem.code = .providerError
        problem.reason = reason.rawValue
        problem.retryable = true
      case .offline:
        problem.reason = nil
        if problem.code == .credentialsRefused { problem.code = .throttled }
        problem.retryable = true
      }
    }
    self.init(disposition, problem)
  }
}
