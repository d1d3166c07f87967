internal import SessionModel

extension SignInRun {
  /// How many passwords may be tried in all.
  static let passwordTries = 3
  /// How many codes, or new passwords, may be tried in all where the provider sets no closer limit.
  static let codeTries = 5

  /// Begins a flow that asks nothing of the person first.
  mutating func beginning(
    _ attempt: @escaping @Sendable (inout SignInRun) async throws -> AuthStep
  ) async throws -> AuthStep {
    try await recovering { run, _ in try await run.begin(attempt) }
  }

  /// Asks for the password and tries it, again after a wrong one.
  mutating func askingPassword(
    _ attempt: @escaping @Sendable (inout SignInRun, Secret) async throws -> AuthStep
  ) async throws -> AuthStep {
    try await asking(.password, tries: SignInRun.passwordTries, again: [.wrongCredentials]) { run, answer in
      guard let typed = answer.value, !typed.isEmpty else {
        throw ProviderFailure.refused(.wrongCredentials, "The password is empty.")
      }
      return try await run.recovering { run, replaced in
        let password = replaced ?? typed
        return try await run.begin { run in try await attempt(&run, password) }
      }
    }
  }

  /// Tries the beginning of a flow, and knows from then on how to begin anew.
  private mutating func begin(
    _ attempt: @escaping @Sendable (inout SignInRun) async throws -> AuthStep
  ) async throws -> AuthStep {
    let step = try await retryingThrottled(attempt)
    restart = attempt
    return step
  }

  /// Asks for a code of an authenticator and tries it, again after a wrong one for as long as the provider keeps the
  /// sign-in open.
  mutating func askingCode(
    _ prompt: LoginPrompt, _ attempt: @escaping SentCodeAnswering<AuthStep>.Attempt
  ) async throws -> AuthStep {
    let answering = SentCodeAnswering(attempt: attempt) { _ in
      throw ProviderFailure.refused(.wrongCode, "There is nothing to be sent again.")
    }
    return try await askingCode(prompt, answering)
  }

  /// The same for a code that was sent and can be sent again.
  mutating func askingCode<Result>(
    _ prompt: LoginPrompt, refused: AnswerRefused? = nil, _ answering: SentCodeAnswering<Result>
  ) async throws -> Result {
    let again: Set<RefusalReason> = [.wrongCode, .codeExpired]
    return try await asking(
      prompt, refused: refused, tries: SignInRun.codeTries, again: again, resend: answering.resend
    ) { run, answer in
      guard let code = answer.value?.trimmingSpace(), !code.isEmpty else {
        throw ProviderFailure.refused(.wrongCode, "The code is empty.")
      }
      return try await run.retryingThrottled { run in
        do {
          return try await answering.attempt(&run, code, answer)
        } catch let failure as ProviderFailure where failure.problem.provider?.code == "InvalidParameterException" {
          // What is not even of a code's form is a wrong code to the person who mistyped it.
          throw failure.retold(as: .wrongCode, "The code is wrong. Try again.")
        }
      }
    }
  }

  /// Asks for a new password and tries it, again where the pool does not take it.
  mutating func askingNewPassword<Result>(
    requiredAttributes: [String], _ attempt: (inout SignInRun, _ password: Secret, LoginAnswer) async throws -> Result
  ) async throws -> Result {
    let policy = await client.passwordRules?.known()
    let prompt = LoginPrompt.newPassword(requiredAttributes: requiredAttributes, policy: policy)
    return try await asking(prompt, tries: SignInRun.codeTries, again: [.passwordPolicy]) { run, answer in
      guard let password = answer.value, !password.isEmpty else {
        throw ProviderFailure.refused(.passwordPolicy, "The new password is empty.")
      }
      return try await run.retryingThrottled { run in
        do {
          return try await attempt(&run, password, answer)
        } catch let failure as ProviderFailure where failure.problem.provider?.code == "InvalidParameterException" {
          // A password with a space, or an attribute that the pool does not take: the person can correct both.
          throw failure.retold(as: .passwordPolicy)
        }
      }
    }
  }

  /// Asks for one of the options.
  mutating func selecting(
    _ prompt: LoginPrompt, among options: [String], _ attempt: (inout SignInRun, String) async throws -> AuthStep
  ) async throws -> AuthStep {
    try await asking(prompt, tries: SignInRun.codeTries, again: [.wrongCode]) { run, answer in
      guard let choice = answer.value?.revealString(), options.contains(choice) else {
        throw ProviderFailure.refused(.wrongCode, "Choose one of these: \(options.joined(separator: ", ")).")
      }
      return try await run.retryingThrottled { run in try await attempt(&run, choice) }
    }
  }

  /// Asks until an answer is taken, the tries are used up, or the refusal is not one of `again`.
  mutating func asking<Result>(
    _ prompt: LoginPrompt, refused: AnswerRefused? = nil, tries: Int, again: Set<RefusalReason>,
    resend: SentCodeAnswering<Result>.Resend? = nil,
    _ attempt: (inout SignInRun, LoginAnswer) async throws -> Result
  ) async throws -> Result {
    var (prompt, refused, left) = (prompt, refused, tries)
    while true {
      isBeginningAnew = false
      let answer = try await conversation.ask(prompt, refused: refused)
      do {
        if answer.resend, let resend {
          refused = nil
          switch try await sendingAgain(resend) {
          case .prompt(let next): prompt = next
          case .result(let result): return result
          }
        } else {
          left -= 1
          return try await attempt(&self, answer)
        }
      } catch let failure as ProviderFailure {
        guard let refusal = failure.refusal(again: again, isResend: answer.resend, left: left) else { throw failure }
        guard left > 0 else { throw failure.endingTries() }
        refused = refusal
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
  func retold(as reason: RefusalReason, _ detail: String? = nil) -> ProviderFailure {
    var failure = self
    failure.problem.code = .credentialsRefused
    failure.problem.reason = reason.rawValue
    failure.problem.retryable = false
    if let detail { failure.problem.detail = detail }
    return failure
  }

  /// The same refusal where nothing more may be tried.
  fileprivate func endingTries() -> ProviderFailure {
    var failure = self
    let what = problem.detail.hasSuffix(" Try again.") ? String(problem.detail.dropLast(11)) : problem.detail
    failure.problem.detail = "\(what) No attempts are left. Begin again: agentctl login."
    return failure
  }

  /// What is said with the prompt that asks again; nil where the failure is the end.
  fileprivate func refusal(again: Set<RefusalReason>, isResend: Bool, left: Int) -> AnswerRefused? {
    let reason = problem.reason.flatMap(RefusalReason.init(rawValue:))
    // A code that can't be sent again may have come already.
    if isResend, problem.code == .credentialsRefused || problem.code == .throttled {
      return AnswerRefused(reason ?? .tooManyAttempts, problem.detail, attemptsLeft: left)
    }
    guard leavesSessionUsable, let reason, again.contains(reason) else { return nil }
    return AnswerRefused(reason, problem.detail, attemptsLeft: left)
  }

  /// Whether another answer may be given to the same challenge. Where a session is over, Cognito says so with
  /// NotAuthorizedException; a wrong password, too, but that begins anew anyway.
  private var leavesSessionUsable: Bool {
    problem.reason == RefusalReason.wrongCredentials.rawValue || problem.provider?.code != "NotAuthorizedException"
  }
}
