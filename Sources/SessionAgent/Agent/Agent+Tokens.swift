internal import NIOCore
internal import NIOHTTP1
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// What a client asks for with GET …/token.
struct TokenQuery: Sendable {
  var type: TokenType
  var minimumTTL: Int64
  var timeout: Int64
  var strict: Bool

  init(_ request: Request) throws {
    try request.allowOnly("type", "min_ttl", "timeout", "strict", "scope", "audience")
    if request.query["scope"] != nil || request.query["audience"] != nil {
      throw Problem(.unsupported, "scope and audience are for sessions of OpenID Connect providers.")
    }
    type = try request.tokenType()
    minimumTTL = (try request.integer("min_ttl", 0...86_400 * 366) ?? 0) * 1000
    timeout = (try request.integer("timeout", 0...600) ?? 30) * 1000
    strict = try request.bool("strict")
  }
}

/// Handing out tokens and claims.
extension Agent {
  func getToken(_ request: Request, _ name: SessionName) throws -> Reply {
    let query = try TokenQuery(request)
    let answer = try tokenNow(query, name, peer: request.peer)
    if let answer {
      answeredOnLoop += 1
      return .now(answer)
    }
    answeredAfterWait += 1
    let deadline = now.boot.adding(milliseconds: query.timeout)
    return .later { try await self.tokenEventually(query, name, peer: request.peer, deadline: deadline) }
  }

  /// The answer, if there is one without waiting.
  private func tokenNow(_ query: TokenQuery, _ name: SessionName, peer: PeerCredentials) throws -> Response? {
    let session = try liveSession(name, mayWaitForLogin: query.timeout > 0)
    guard let session else { return nil }
    let now = self.now
    // The timer may be late: after suspend, or where the machine's clocks were set.
    if let deadline = session.machine.deadline, deadline <= now.boot, !isCutOff(from: session) {
      feed(.due, to: session)
    }
    guard session.record.tokens[query.type] != nil else {
      throw Problem(
        .unsupported, "The provider gave session \(name) no ID token. Ask for its access token.", session: name)
    }
    switch session.machine.decide(query.type, minimumTTL: query.minimumTTL, strict: query.strict, now: now) {
    case .serve(let stale): return handOut(query.type, session, stale: stale, now: now, peer: peer)
    case .serveAndRefresh:
      let answer = handOut(query.type, session, stale: false, now: now, peer: peer)
      feed(.tokenWanted, to: session)
      return answer
    case .refreshAndWait where isCutOff(from: session):
      return try withoutWaiting(query, session, now: now, peer: peer)
    case .refreshAndWait:
      feed(.tokenWanted, to: session)
      return query.timeout > 0 ? nil : try withoutWaiting(query, session, now: now, peer: peer)
    case .wait: return query.timeout > 0 ? nil : try withoutWaiting(query, session, now: now, peer: peer)
    case .refuse:
      if case .ended = session.machine.phase, query.timeout > 0, waitingLogin(for: name) != nil { return nil }
      throw refusal(of: session, query, now: now)
    }
  }

  private func tokenEventually(
    _ query: TokenQuery, _ name: SessionName, peer: PeerCredentials, deadline: BootInstant
  ) async throws -> Response {
    while true {
      var query = query
      if deadline <= now.boot { query.timeout = 0 }
      // Looked at before each wait: news may have come between the request and this task.
      if let answer = try tokenNow(query, name, peer: peer) { return answer }
      try await waitWithPatience(of: name, until: deadline)
    }
  }

  private func withoutWaiting(
    _ query: TokenQuery, _ session: LiveSession, now: Now, peer: PeerCredentials
  ) throws -> Response {
    switch session.machine.decideWithoutWaiting(query.type, strict: query.strict, now: now) {
    case .serve(let stale): return handOut(query.type, session, stale: stale, now: now, peer: peer)
    case .serveAndRefresh, .refreshAndWait, .wait, .refuse: throw refusal(of: session, query, now: now)
    }
  }

  private func handOut(
    _ type: TokenType, _ session: LiveSession, stale: Bool, now: Now, peer: PeerCredentials
  ) -> Response {
    guard let token = session.record.tokens[type] else { preconditionFailure("the caller saw the token") }
    if !subscribers.isEmpty { recordUse(of: type, session.record.name, by: peer) }
    var body = ByteBufferAllocator().buffer(capacity: token.value.count + 256)
    TokenBody.write(
      token, type: type, session: session.record.name, generation: session.record.generation,
      secondsLeft: session.machine.remaining(type, now: now) / 1000, stale: stale, to: &body)
    return Response(status: .ok, contentType: "application/json", body: body)
  }

  func getClaims(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly("type")
    let type = try request.tokenType()
    guard let session = try liveSession(name, mayWaitForLogin: false) else { throw signInRequired(name) }
    guard let token = session.record.tokens[type], let claims = token.claims else {
      throw Problem(.unsupported, "The \(type.rawValue) token of session \(name) has no claims to show.", session: name)
    }
    let document = ClaimsDocument(
      session: name, type: type, claims: try JSONValue.parse(claims), expiresAt: token.expiresAt,
      expired: session.machine.remaining(type, now: now) < RefreshSchedule.expiryMargin,
      generation: session.record.generation)
    return .now(.json(document.json))
  }

  /// The session of that name.
  ///
  /// - Returns: nil where a login for it is under way and the request may wait for it.
  /// - Throws: `Problem` (`locked`, `sign_in_required`, `not_found`, …).
  func liveSession(_ name: SessionName, mayWaitForLogin: Bool) throws -> LiveSession? {
    guard keystoreStatus.state == .unlocked, !isLocking else {
      let problem = lockedProblem(name)
      needPerson(toOpen: problem)
      throw problem
    }
    if let session = sessions[name] { return session }
    if waitingLogin(for: name) != nil, mayWaitForLogin { return nil }
    if let why = damagedSessions[name] {
      needPerson(forDamaged: name, why)
      throw Problem(.storageFailed, why, retryable: false, session: name)
    }
    if profileExists(name) { throw profileProblems[name] ?? signInRequired(name) }
    throw Problem(
      .notFound, "There is no session and no profile named \(name). See what there is: agentctl status")
  }

  func signInRequired(_ name: SessionName) -> Problem {
    Problem(.signInRequired, "Nobody is signed in as \(name). Run: agentctl login \(name)", session: name)
  }

  /// Why a request for a token gets none.
  private func refusal(of session: LiveSession, _ query: TokenQuery, now: Now) -> Problem {
    guard case .resting = session.machine.phase, !isCutOff(from: session) else {
      var problem = refusal(of: session, now: now)
      if case .waiting(let trouble) = session.machine.phase, trouble.blocked == nil {
        problem.detail += " To try at once: agentctl refresh \(session.record.name)"
      }
      return problem
    }
    let allowed = session.machine.renewable(query.type, minimumTTL: query.minimumTTL)
    let detail =
      session.machine.reaches(query.minimumTTL, query.type)
      ? "The token lives shorter than asked, and came just now; a request has it renewed once in "
        + "\(RefreshSchedule.demandInterval / 1000) s at most. Ask again then."
      : "The provider makes no token that lives \(query.minimumTTL / 1000) s. Ask with a shorter min_ttl."
    return Problem(
      .offline, detail, retryAfterSeconds: Agent.seconds(until: allowed, now), session: session.record.name)
  }

  /// At least one.
  private static func seconds(until instant: BootInstant, _ now: Now) -> Int {
    Int(max((instant.milliseconds - now.boot.milliseconds + 999) / 1000, 1))
  }

  /// Why a session has no token to hand out.
  func refusal(of session: LiveSession, now: Now) -> Problem {
    let name = session.record.name
    switch session.machine.phase {
    case .ended(let reason):
      let command = Agent.loginCommand(session.record.profile, name)
      var problem = Problem(
        .signInRequired, "\(reason.sentence) \(reason.advice) \(command)",
        reason: reason.rawValue, session: name)
      problem.provider = session.lastError?.problem.provider
      return problem
    case .removed: return signInRequired(name)
    case .waiting(let trouble): return refusal(trouble, name, now)
    case .attempting(let attempt):
      if let trouble = attempt.trouble {
        var problem = refusal(trouble, name, now)
        problem.detail += " It is being tried again now."
        return problem
      }
      return Problem(
        .offline, "The token has to be renewed, and the provider has not answered yet. Try again soon.",
        retryAfterSeconds: 1, session: name)
    case .resting where isCutOff(from: session):
      return Problem(
        .offline, "The token has to be renewed, and this machine has no network. Try again once it has.",
        retryAfterSeconds: 1, session: name)
    case .resting:
      return Problem(
        .offline, "The token has to be renewed. Try again soon.", retryAfterSeconds: 1, session: name)
    }
  }

  private func refusal(_ trouble: SessionMachine.Trouble, _ name: SessionName, _ now: Now) -> Problem {
    var problem = trouble.problem
    problem.session = name
    problem.retryable = true
    if trouble.until.milliseconds < .max {
      let seconds = Agent.seconds(until: trouble.until, now)
      problem.retryAfterSeconds = seconds
      let isAhead = trouble.blocked == nil && trouble.until > now.boot
      if isAhead { problem.detail += " The next attempt is due in \(seconds) s." }
    }
    if let reason = trouble.blocked {
      problem.code = reason == .profileChanged ? trouble.problem.code : .providerError
      problem.reason = reason.rawValue
      return problem
    }
    switch problem.code {
    case .offline, .throttled, .storageFailed, .badConfiguration: break
    case .providerError, .locked, .invalidRequest, .signInRequired, .denied, .notFound, .conflict, .tooLarge,
      .credentialsRefused, .unsupported, .internal:
      problem.code = .offline
    }
    return problem
  }
}

extension SessionReason {
  /// What to do before the command that signs in again.
  fileprivate var advice: String {
    switch self {
    case .userDisabled, .userDeleted, .clientRemoved: "Ask the provider's administrator, then run:"
    case .refreshTokenExpired, .refreshTokenRevoked, .refreshTokenReused, .refreshAnswerLost, .passwordResetRequired,
      .userNotConfirmed, .profileChanged, .clientCredentialsWrong, .refused:
      "Run:"
    }
  }

  /// What happened, in a sentence.
  var sentence: String {
    switch self {
    case .refreshTokenExpired: "The session's refresh token has expired."
    case .refreshTokenRevoked: "The provider revoked the session's refresh token."
    case .refreshTokenReused: "The provider saw an old refresh token used again and ended the session."
    case .refreshAnswerLost:
      "An answer of the provider with a new refresh token was lost on the way, and the old one serves no more."
    case .userDisabled: "The user was disabled by the administrator."
    case .userDeleted: "The user does not exist any more."
    case .clientRemoved: "The app client does not exist any more."
    case .passwordResetRequired: "The password must be reset."
    case .userNotConfirmed: "The user is not confirmed."
    case .profileChanged: "The profile is not the one that the session was signed in with."
    case .clientCredentialsWrong: "The provider refused the client's secret."
    case .refused: "The provider refused, for a reason that is not known."
    }
  }
}
