internal import SessionModel

/// How a code that was sent to the person is tried, and sent again.
struct SentCodeAnswering<Result> {
  typealias Attempt = (inout SignInRun, _ code: Secret, LoginAnswer) async throws -> Result
  typealias Resend = (inout SignInRun) async throws -> Resent

  var attempt: Attempt
  var resend: Resend

  init(attempt: @escaping Attempt, resend: @escaping Resend) {
    self.attempt = attempt
    self.resend = resend
  }

  /// What sending a code again comes to.
  enum Resent {
    /// The same is asked, perhaps with another destination.
    case prompt(LoginPrompt)
    /// The sign-in began anew, and this is its next step.
    case result(Result)
  }
}

extension SignInRun {
  /// How often codes are sent again in one sign-in.
  static let mostResends = 5

  /// Sends a code again, within bounds.
  mutating func sendingAgain<Result>(
    _ resend: SentCodeAnswering<Result>.Resend
  ) async throws -> SentCodeAnswering<Result>.Resent {
    guard resends < SignInRun.mostResends else {
      throw ProviderFailure.refused(
        .tooManyAttempts, "Codes were sent again \(resends) times. Enter one, or begin again later: agentctl login.")
    }
    resends += 1
    return try await resend(&self)
  }

  /// Begins the flow anew with what the person has given already. Cognito has no other way to send the code of a
  /// challenge again: each is sent with the challenge, once.
  mutating func startAnew() async throws -> AuthStep {
    guard let restart else {
      throw ProviderFailure.refused(.codeExpired, "The pool can not send this code again. Begin again: agentctl login.")
    }
    isBeginningAnew = true
    return try await retryingThrottled(restart)
  }
}
