internal import NIOCore
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// What the agent says of itself and its sessions.
extension Agent {
  func getStatus(_ request: Request) throws -> Reply {
    try request.allowOnly()
    return .now(.json(status.json))
  }

  func getSessions(_ request: Request) throws -> Reply {
    try request.allowOnly()
    return .now(.json(["sessions": .array(sessionDocuments.map(\.json))]))
  }

  func getSession(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly()
    return .now(.json(try sessionDocument(name).json))
  }

  func postRefresh(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly("force")
    let isForced = try request.bool("force")
    guard let session = try liveSession(name, mayWaitForLogin: false) else { throw signInRequired(name) }
    if case .ended = session.machine.phase { throw refusal(of: session, now: now) }
    let (id, before) = (session.record.id, session.record.generation)
    let joined = session.attempt?.number
    feed(isForced && release(session) ? .holdReleased : .refreshAsked, to: session)
    if case .waiting(let trouble) = session.machine.phase, trouble.blocked != .profileChanged {
      var problem = refusal(of: session, now: now)
      problem.detail = "Not tried again so soon after the last time by hand. " + problem.detail
      throw problem
    }
    return .later {
      // Whoever asks by hand may have mended what an attempt under way still fails of: that one's failure is no answer.
      if let joined { try await self.refreshAgain(name, id: id, before: before, after: joined) }
      return .json(try await self.refreshedSession(name, id: id, before: before).json)
    }
  }

  private func refreshAgain(
    _ name: SessionName, id: String, before: Generation, after attempt: Int64
  ) async throws(CancellationError) {
    // One that follows on it by itself, and may have begun already, is as good as one of its own.
    guard let session = try await waitForRefresh(name, id: id, before: before, of: attempt) else { return }
    feed(.refreshAsked, to: session)
  }

  private func refreshedSession(_ name: SessionName, id: String, before: Generation) async throws -> SessionDocument {
    let unrenewed = try await waitForRefresh(name, id: id, before: before)
    guard keystoreStatus.state == .unlocked, !isLocking else { throw lockedProblem(name) }
    if let unrenewed { throw refusal(of: unrenewed, now: now) }
    guard sessions[name] != nil else { throw signInRequired(name) }
    return document(of: name)
  }

  /// Waits for the end of that attempt, or of whichever is under way, or for its own deadline.
  ///
  /// - Returns: the session where it was not renewed.
  private func waitForRefresh(
    _ name: SessionName, id: String, before: Generation, of number: Int64? = nil
  ) async throws(CancellationError) -> LiveSession? {
    let deadline = refreshDeadline
    while let session = current(name, id: id), session.record.generation == before {
      guard let attempt = session.attempt, attempt.number == number ?? attempt.number, now.boot < deadline else {
        return session
      }
      try await waitForNews(of: name, until: deadline)
    }
    return nil
  }

  var status: StatusDocument {
    StatusDocument(
      agent: AgentDocument(
        version: parts.version, pid: parts.processID,
        uptimeSeconds: (now.boot.milliseconds - startedAt.boot.milliseconds) / 1000, socket: parts.socketPath,
        network: network,
        keystore: KeystoreSummaryDocument(
          state: KeystoreState(keystoreStatus.state), keySource: keystoreStatus.keySource?.rawValue)),
      sessions: sessionDocuments, pending: outbox.all.map(pending) + closedOrders.map(pending))
  }

  private var sessionDocuments: [SessionDocument] {
    let names = Set(sessions.names).union(summaries.map(\.name)).sorted()
    return names.compactMap { try? sessionDocument($0) }
  }

  /// - Throws: `Problem` (`sign_in_required`, `not_found`).
  private func sessionDocument(_ name: SessionName) throws -> SessionDocument {
    if sessions[name] != nil { return document(of: name) }
    if keystoreStatus.state != .unlocked || damagedSessions[name] != nil,
      let summary = summaries.first(where: { $0.name == name })
    {
      return document(of: summary)
    }
    if profileExists(name) { throw profileProblems[name] ?? signInRequired(name) }
    throw Problem(.notFound, "There is no session and no profile named \(name). See what there is: agentctl status")
  }

  func document(of name: SessionName) -> SessionDocument {
    guard let session = sessions[name] else { preconditionFailure("the caller saw the session") }
    let record = session.record
    let now = self.now
    return SessionDocument(
      name: name, profile: record.profile, provider: record.provider, issuer: record.binding.issuer,
      subject: record.identity.subject, username: record.identity.username, scopes: record.identity.scopes,
      state: state(of: session), reason: session.reason?.rawValue, generation: record.generation,
      accessTokenExpiresAt: record.tokens.access.expiresAt, idTokenExpiresAt: record.tokens.id?.expiresAt,
      refreshTokenExpiresAt: refreshTokenExpiry(record), signedInAt: record.signedInAt,
      lastRefreshAt: record.lastRefreshAt, nextRefreshAt: nextAttempt(session, now),
      lastError: lastError(of: session),
      clockSkewSeconds: (providerNow(record.binding).wall.milliseconds - now.wall.milliseconds) / 1000)
  }

  /// When the next refresh is tried by itself, or may be tried when somebody asks.
  func nextAttempt(_ session: LiveSession, _ now: Now) -> Timestamp? {
    if let deadline = session.machine.deadline { return now.wall(of: deadline) }
    if case .waiting(let trouble) = session.machine.phase, trouble.until.milliseconds < .max {
      return now.wall(of: trouble.until)
    }
    return nil
  }

  func state(of session: LiveSession) -> SessionState {
    isLocking ? .locked : standing(session)
  }

  /// How the session itself stands, whatever becomes of the keystore.
  func standing(_ session: LiveSession) -> SessionState {
    if case .ended = session.machine.phase { return .signInRequired }
    guard let trouble = session.trouble else { return .active }
    return trouble.blocked == nil ? .offline : .blocked
  }

  private func document(of summary: SessionSummary) -> SessionDocument {
    let damaged = damagedSessions[summary.name].map {
      LastErrorDocument(
        code: ProblemCode.storageFailed.rawValue, message: $0, at: startedAt.wall, retryable: false)
    }
    return SessionDocument(
      name: summary.name, profile: summary.profile, provider: summary.provider, issuer: summary.issuer, subject: nil,
      username: nil, scopes: [], state: damaged == nil ? .locked : .blocked, generation: summary.generation,
      accessTokenExpiresAt: nil,
      idTokenExpiresAt: nil, signedInAt: nil, lastError: damaged)
  }

  /// Only where the profile says how long the pool's refresh tokens live: Cognito does not tell.
  private func refreshTokenExpiry(_ record: SessionRecord) -> Timestamp? {
    guard record.tokens.refreshToken != nil, let days = profiles[record.profile]?.integer(.refreshTokenDays) else {
      return nil
    }
    return record.signedInAt.adding(milliseconds: Int64(days) * 86_400_000)
  }

  private func lastError(of session: LiveSession) -> LastErrorDocument? {
    if let (problem, at) = session.lastError { return LastErrorDocument(problem, at: at) }
    if session.isHeldBack { return LastErrorDocument(heldBack(session.record.name), at: startedAt.wall) }
    let problem = profileProblems[session.record.profile] ?? vanishedFile(of: session.record)
    return problem.map { LastErrorDocument($0, at: now.wall) }
  }

  private func pending(_ order: ClosedOrder) -> PendingDocument {
    PendingDocument(
      session: order.session, issuer: order.issuer, attempts: order.attempts, nextAttemptAt: nil,
      givesUpAt: order.givesUpAt, lastError: nil)
  }

  private func pending(_ entry: Outbox.Entry) -> PendingDocument {
    PendingDocument(
      session: entry.order.session, issuer: entry.order.binding.issuer, attempts: entry.order.attempts,
      nextAttemptAt: now.wall(of: entry.nextAttempt), givesUpAt: entry.order.givesUpAt,
      lastError: entry.lastError.map { LastErrorDocument($0.problem, at: $0.at) })
  }
}

extension LastErrorDocument {
  init(_ problem: Problem, at: Timestamp) {
    self.init(code: problem.code.rawValue, message: problem.detail, at: at, retryable: problem.retryable)
  }
}
