internal import AuthFlows
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// Logins on the socket (CONTRACT §5.3).
extension Agent {
  static let keptAfterEnd: Int64 = 60_000
  /// How many logins may wait at once, for all sessions together.
  static let maximumWaiting = 64

  func postLogin(_ request: Request) throws -> Reply {
    try request.allowOnly()
    let wish = try request.loginWish()
    let run = try startLogin(wish)
    return .later {
      let document = await self.nextStep(of: run, after: 0, deadline: self.now.boot.adding(milliseconds: 60_000))
      var response = Response.json(try document.orElse(Agent.noSuchLogin).json, status: .created)
      response.extraHeaders.append(("Location", "/v1/logins/\(run)"))
      return response
    }
  }

  func getLogin(_ request: Request, _ id: String) throws -> Reply {
    try request.allowOnly("wait", "after")
    let wait = try request.integer("wait", 0...60) ?? 0
    guard let run = logins[id], let document = run.document else { throw Agent.noSuchLogin }
    let after = try request.integer("after", 0...Int64(Int32.max)) ?? Int64(document.step.number)
    if document.step.number > after || wait == 0 { return .now(Response.json(document.json).closing(if: document)) }
    let deadline = now.boot.adding(milliseconds: wait * 1000)
    return .later {
      let document = try await self.nextStep(of: id, after: Int(after), deadline: deadline).orElse(Agent.noSuchLogin)
      return Response.json(document.json).closing(if: document)
    }
  }

  func postAnswer(_ request: Request, _ id: String) throws -> Reply {
    try request.allowOnly()
    let answer = try request.loginAnswer()
    guard let run = logins[id], !run.hasEnded, let step = run.step else { throw Agent.noSuchLogin }
    guard answer.step == step.number, let continuation = run.answer else {
      throw Problem(.conflict, "Step \(answer.step) is not the current one. Read the login and answer its step.")
    }
    try Agent.check(answer.answer, for: step)
    run.answer = nil
    run.forgetSetupSecret()
    if case .prompt(.username) = step.kind { run.username = answer.answer.value?.revealString() }
    continuation.resume(returning: answer.answer)
    let deadline = now.boot.adding(milliseconds: 120_000)
    return .later {
      let document = await self.nextStep(of: id, after: answer.step, deadline: deadline)
      return Response.json(try document.orElse(Agent.noSuchLogin).json)
    }
  }

  func deleteLogin(_ request: Request, _ id: String) throws -> Reply {
    try request.allowOnly()
    guard let run = logins[id], !run.hasEnded, !run.isCompleting else { throw Agent.noSuchLogin }
    giveUp(run)
    logins[id] = nil
    wakeWaiters(of: run.session)
    armTimer()
    return .now(.noContent)
  }

  /// The command that signs a session in.
  static func loginCommand(_ profile: ProfileName, _ session: SessionName) -> String {
    "agentctl login \(profile)" + (session == profile ? "" : " --session \(session)")
  }

  private static var noSuchLogin: Problem {
    Problem(.notFound, "There is no such login, or it has ended. Begin again: agentctl login")
  }

  private static func check(_ answer: LoginAnswer, for step: LoginStepDocument) throws {
    guard case .prompt(let prompt) = step.kind else {
      throw Problem(.conflict, "This step takes no answer; wait for the next one.")
    }
    switch prompt {
    case .smsCode, .emailCode: guard answer.value != nil || answer.resend else { throw Agent.noValue }
    case .username, .password, .newPassword, .totpCode, .selectMFA, .selectChallenge, .mfaSetup, .custom:
      guard answer.value != nil, !answer.resend else { throw Agent.noValue }
    }
  }

  private static var noValue: Problem { Problem(.invalidRequest, "Member \"value\" is missing.") }

  // MARK: - Running

  private func startLogin(_ wish: LoginRequestDocument) throws -> String {
    guard keystoreStatus.state == .unlocked, !isLocking else { throw lockedProblem(wish.session ?? wish.profile) }
    let document = try profile(wish.profile)
    let profile = try parsed(document, wish.profile)
    guard case .cognito(let settings) = profile.provider else {
      throw Problem(.unsupported, "Sign-in at OpenID Connect providers is not built yet; Cognito user pools work.")
    }
    let session = wish.session ?? wish.profile
    if let other = waitingLogin(for: session) {
      throw Problem(
        .conflict,
        "A login for session \(session) is already waiting for its answers. "
          + "Answer it there, or begin anew: \(Agent.loginCommand(wish.profile, session)) --force", session: session,
        loginID: other.id)
    }
    let flow = wish.flow ?? settings.authFlow ?? .srp
    try Agent.check(wish.awsCredentials, for: flow)
    if let preferred = wish.preferredChallenge, !SignInRequest.preferable.contains(preferred) {
      let known = SignInRequest.preferable.joined(separator: ", ")
      throw Problem(.invalidRequest, "The preferred challenge \"\(preferred)\" is none of \(known).")
    }
    guard logins.values.count(where: { !$0.hasEnded }) < Agent.maximumWaiting else {
      throw Problem(
        .throttled, "\(Agent.maximumWaiting) logins are waiting for their answers. Finish one, or try again later.",
        retryAfterSeconds: 60)
    }
    let run = newRun(wish, session, flow: flow)
    let request = SignInRequest(
      flow: flow, username: wish.username, preferredChallenge: wish.preferredChallenge,
      clientMetadata: wish.clientMetadata, awsCredentials: wish.awsCredentials,
      devices: devices(settings, profile.name), deviceName: Agent.deviceName)
    Task { await self.runLogin(run.id, request, settings, profile) }
    return run.id
  }

  /// An administrator's credentials go with the flow that needs them, and no other.
  private static func check(_ credentials: AWSCredentials?, for flow: LoginFlow) throws {
    if credentials != nil && flow != .admin {
      throw Problem(.invalidRequest, "Member \"aws_credentials\" is for flow admin only.")
    }
    if credentials == nil && flow == .admin {
      throw Problem(
        .invalidRequest,
        "Flow admin needs AWS credentials (member \"aws_credentials\"). "
          + "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for agentctl.")
    }
  }

  private func newRun(_ wish: LoginRequestDocument, _ session: SessionName, flow: LoginFlow) -> LoginRun {
    let life = Int64(parts.settings.loginTimeoutSeconds) * 1000
    let now = self.now
    let run = LoginRun(
      id: parts.random.hexadecimal(bytes: 16), profile: wish.profile, session: session, flow: flow,
      username: wish.username, replace: wish.replace, createdAt: now.wall,
      expiresAt: now.wall.adding(milliseconds: life), deadline: now.boot.adding(milliseconds: life))
    logins[run.id] = run
    armTimer()
    return run
  }

  private func runLogin(
    _ id: String, _ request: SignInRequest, _ settings: CognitoSettings, _ profile: Profile
  ) async {
    do {
      let client = try await client(settings, caFile: profile.caFile, profile.name)
      let signedIn = try await client.signIn(request, conversation: AgentConversation(agent: self, login: id))
      try await complete(id, signedIn, profile, client)
      await storeKeys(of: profile.name)
    } catch let failure as ProviderFailure {
      fail(id, failure.problem)
    } catch let problem as Problem {
      fail(id, problem)
    } catch is CancellationError {
      fail(id, Problem(.signInRequired, "The login was given up."))
    } catch {
      parts.logger.error("a login failed by our mistake", metadata: ["kind": "\(type(of: error))"])
      fail(id, Problem(.internal, "The agent made a mistake. Its log says more."))
    }
  }

  /// Shows a prompt and suspends the flow until somebody answers.
  func ask(_ id: String, _ prompt: LoginPrompt, refused: AnswerRefused?) async throws -> LoginAnswer {
    guard let run = logins[id], !run.hasEnded else { throw CancellationError() }
    show(.prompt(prompt), of: run, refused: refused)
    return try await withCheckedThrowingContinuation { run.answer = $0 }
  }

  func show(_ kind: LoginStepDocument.Kind, of run: LoginRun, refused: AnswerRefused? = nil) {
    let names = names(run.profile, run.session, username: run.username)
    let step = LoginStepDocument(number: run.nextNumber, kind: kind, error: refused?.naming(names))
    run.step = step
    publish(
      .loginStep, session: run.session,
      [JSONMember("login", .string(run.id)), JSONMember("kind", .string(step.kind.name))])
    if step.isFinal {
      run.deadline = now.boot.adding(milliseconds: Agent.keptAfterEnd)
      armTimer()
    }
    wakeWaiters(of: run.session)
  }

  private func fail(_ id: String, _ problem: Problem) {
    guard let run = logins[id], !run.hasEnded else { return }
    var problem = problem
    // What goes on by itself is a session's renewal; a login is begun again by a person.
    if problem.code == .offline { problem.detail += " Then try again: agentctl login." }
    problem = problem.naming(names(run.profile, run.session, username: run.username))
    problem.session = run.session
    show(.failed(problem), of: run)
  }

  /// A request under way is not cut off: the tokens that its answer may hold have to be given back.
  private func giveUp(_ run: LoginRun) {
    run.answer?.resume(throwing: CancellationError())
    run.answer = nil
  }

  /// The login's document once it is past a step, or as it stands when the time is over; nil where it is gone.
  private func nextStep(of id: String, after number: Int, deadline: BootInstant) async -> LoginDocument? {
    while let run = logins[id] {
      if let step = run.step, step.number > number { return run.document }
      guard now.boot < deadline else { return run.document }
      do throws(CancellationError) {
        try await waitForNews(of: run.session, until: deadline)
      } catch {
        return run.document
      }
    }
    return nil
  }

  /// The login that waits for a person for that session.
  func waitingLogin(for session: SessionName) -> LoginRun? {
    logins.values.first { $0.session == session && !$0.hasEnded }
  }

  /// Gives up logins whose time is over and forgets those that ended a minute ago.
  func expireLogins(_ boot: BootInstant) {
    for run in logins.values {
      guard let deadline = run.deadline, deadline <= boot else { continue }
      if run.hasEnded {
        logins[run.id] = nil
      } else {
        giveUp(run)
        let command = Agent.loginCommand(run.profile, run.session)
        fail(run.id, Problem(.signInRequired, "The login was not finished in time. Begin again: \(command)"))
      }
    }
  }

  /// Gives up every login (lock, end of the agent).
  func giveUpLogins() {
    for run in logins.values where !run.hasEnded && !run.isCompleting {
      giveUp(run)
      fail(run.id, Problem(.locked, "The keystore was locked. Run: agentctl unlock"))
    }
  }
}

extension Optional {
  func orElse(_ error: @autoclosure () -> Problem) throws -> Wrapped {
    guard let self else { throw error() }
    return self
  }
}

extension Response {
  /// Closed after it where the step shows a secret (the set-up of an authenticator).
  fileprivate func closing(if document: LoginDocument) -> Response {
    if case .prompt(.mfaSetup) = document.step.kind { return closing() }
    return self
  }
}
