internal import SessionModel

extension SignInRun {
  /// Tries to begin; where the account is not confirmed, or its password must be reset, the person may mend that on the
  /// way, each once, and it is tried again.
  ///
  /// - Parameter attempt: takes the password that a reset has set, else nil.
  mutating func recovering(
    _ attempt: (inout SignInRun, _ replaced: Secret?) async throws -> AuthStep
  ) async throws -> AuthStep {
    var replaced: Secret?
    var mended: Set<String> = []
    while true {
      do {
        return try await attempt(&self, replaced)
      } catch let failure as ProviderFailure {
        guard let exception = failure.problem.provider?.code, mended.insert(exception).inserted else { throw failure }
        switch exception {
        case "UserNotConfirmedException": try await confirm()
        case "PasswordResetRequiredException": replaced = try await resetPassword()
        default: throw failure
        }
      }
    }
  }

  /// Asks for the code that confirms the account.
  private mutating func confirm() async throws {
    let refused = AnswerRefused(
      .userNotConfirmed, "The user is not confirmed yet. Enter the code that the pool sent, or have it sent again.")
    let answering = SentCodeAnswering { run, code, _ in
      try await run.client.confirmSignUp(username: run.username, code: code)
    } resend: { run in
      .prompt(SignInRun.prompt(try await run.client.resendConfirmationCode(username: run.username)))
    }
    try await askingCode(.emailCode(destination: nil), refused: refused, answering)
  }

  /// Has a code sent, asks for it and for a new password, and sets that. The pool checks both together, so a wrong code
  /// has both asked for again.
  ///
  /// - Returns: the new password.
  private mutating func resetPassword() async throws -> Secret {
    var refused = AnswerRefused(
      .passwordResetRequired, "The password must be reset. Enter the code that was sent, then a new password.")
    let answering = SentCodeAnswering { _, code, _ in
      code
    } resend: { run in
      .prompt(SignInRun.prompt(try await run.client.forgotPassword(username: run.username)))
    }
    let prompt = SignInRun.prompt(try await client.forgotPassword(username: username))
    for left in (0..<SignInRun.codeTries).reversed() {
      let code = try await askingCode(prompt, refused: refused, answering)
      do {
        return try await setPassword(by: code)
      } catch let failure as ProviderFailure {
        guard let reason = failure.problem.reason.flatMap(RefusalReason.init(rawValue:)), left > 0,
          [.wrongCode, .codeExpired].contains(reason)
        else { throw failure }
        refused = AnswerRefused(reason, failure.problem.detail, attemptsLeft: left)
      }
    }
    throw ProviderFailure.refused(.tooManyAttempts, "Too many wrong codes were given. Begin again: agentctl login.")
  }

  private mutating func setPassword(by code: Secret) async throws -> Secret {
    try await askingNewPassword(requiredAttributes: []) { run, password, _ in
      try await run.client.confirmForgotPassword(username: run.username, code: code, newPassword: password)
      return password
    }
  }

  /// How the code that was sent is asked for.
  private static func prompt(_ delivery: CodeDelivery?) -> LoginPrompt {
    delivery?.medium == "SMS"
      ? .smsCode(destination: delivery?.destination) : .emailCode(destination: delivery?.destination)
  }
}
