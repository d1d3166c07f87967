internal import SessionModel

extension SignInRun {
  /// How many passwords may be tried in all.
  static let passwordTries = 3
  /// How many codes, or new passwords, may be tried in all where the provider sets no closer limit.
  static let codeTries = 5

  /// Asks for the password and tries it, again after a wrong one.
  mutating func askingPassword(
    _ attempt: (inout SignInRun, Secret) async throws -> AuthStep
  ) async throws -> AuthStep {
    try await asking(.password, tries: SignInRun.passwordTries, again: [.wrongCredentials]) { run, answer in
      guard let password = answer.value, !password.isEmpty else {
        throw ProviderFailure.refused(.wrongCredentials, "The password is empty.")
      }
      return try await run.retryingThrottled { try await attempt(&$0, password) }
    }
  }

  /// Asks for a code and tries it, again after a wrong one for as long as the provider keeps the sign-in open.
  mutating func askingCode(
    _ prompt: LoginPrompt, _ attempt: (inout SignInRun, _ code: Secret, LoginAnswer) async throws -> AuthStep
  ) async throws -> AuthStep {
    try await asking(prompt, tries: SignInRun.codeTries, again: [.wrongCode, .codeExpired]) { run, answer in
      guard let code = answer.value?.trimmingSpace(), !code.isEmpty else {
        throw ProviderFailure.refused(.wrongCode, "The code is empty.")
      }
      return try await run.retryingThrottled { run in
        do {
          return try await attempt(&run, code, answer)
        } catch let failure as ProviderFailure where failure.problem.provider?.code == "InvalidParameterException" {
          // What is not even of a code's form is a wrong code to the person who mistyped it.
          throw failure.retold(as: .wrongCode)
        }
      }
    }
  }

  /// Asks until an answer is taken, the tries are used up, or the refusal is not one of `again`.
  mutating func asking(
    _ prompt: LoginPrompt, tries: Int, again: Set<RefusalReason>,
    _ attempt: (inout SignInRun, LoginAnswer) async throws -> AuthStep
  ) async throws -> AuthStep {
    var refused: AnswerRefused?
    var left = tries
    while true {
      let answer = try await conversation.ask(prompt, refused: refused)
      left -= 1
      do {
        return try await attempt(&self, answer)
      } catch let failure as ProviderFailure {
        guard left > 0, failure.leavesSessionUsable,
          let reason = failure.problem.reason.flatMap(RefusalReason.init(rawValue:)), again.contains(reason)
        else { throw failure }
        refused = AnswerRefused(reason, failure.problem.detail, attemptsLeft: left)
      }
    }
  }
}

extension ProviderFailure {
  /// A refusal by ourselves, of an answer that need not be sent to be known as wrong.
  static func refused(_ reason: RefusalReason, _ detail: String) -> ProviderFailure {
    ProviderFailure(.blocked(.refused), Problem(.credentialsRefused, detail, reason: reason.rawValue))
  }

  /// The same failure as the refusal of an answer.
  func retold(as reason: RefusalReason) -> ProviderFailure {
    var failure = self
    failure.problem.code = .credentialsRefused
    failure.problem.reason = reason.rawValue
    failure.problem.retryable = false
    return failure
  }

  /// Whether another answer may be given to the same challenge. Where a session is over, Cognito says so with
  /// NotAuthorizedException; a wrong password, too, but that begins anew anyway.
  fileprivate var leavesSessionUsable: Bool {
    problem.reason == RefusalReason.wrongCredentials.rawValue || problem.provider?.code != "NotAuthorizedException"
  }
}
