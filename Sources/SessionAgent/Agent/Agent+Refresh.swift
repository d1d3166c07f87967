internal import AuthFlows
internal import Logging
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// Feeds the sessions' machines and performs their effects.
extension Agent {
  /// Feeds one event to a session's machine and performs what comes out.
  func feed(_ event: SessionMachine.Event, to session: LiveSession) {
    // Locking waits for what is under way, and cuts off what goes on after its time: nothing more begins.
    if isLocking, event.mayBegin { return }
    let from = standing(session)
    let effects = session.machine.handle(event, now: now, random: random())
    sessions.rearm(session)
    guard !effects.isEmpty else { return }
    journal(event, of: session, from: from)
    for effect in effects { perform(effect, after: event, from: from, for: session) }
  }

  private func perform(
    _ effect: SessionMachine.Effect, after event: SessionMachine.Event, from: SessionState, for session: LiveSession
  ) {
    switch effect {
    case .recordIntent(let attempt): recordIntent(attempt, session, startEntry(event, attempt, session, from: from))
    case .askProvider(let attempt): askProvider(attempt, session)
    case .persist(let attempt): persist(attempt, session, from: from)
    case .persistEnd(let reason): persistEnd(reason, session, endEntry(event, reason, session, from: from))
    case .arm: armTimer()
    case .announce(let announcement): announce(announcement, session)
    case .answerWaiters: wakeWaiters(of: session.record.name)
    }
  }

  /// The session of that sign-in, if it is still here: a late result of one that is gone changes nothing.
  func current(_ name: SessionName, id: String) -> LiveSession? {
    guard let session = sessions[name], session.record.id == id else { return nil }
    return session
  }

  private func recordIntent(_ attempt: Int64, _ session: LiveSession, _ entry: JournalEntry) {
    let (name, id) = (session.record.name, session.record.id)
    Task {
      do throws(StoreError) {
        try await parts.keystore.recordRefreshIntent(session: name, id: id, attempt: attempt, journal: entry)
        current(name, id: id).map { feed(.intentRecorded(attempt: attempt), to: $0) }
      } catch {
        let problem = problem(error, session: name)
        current(name, id: id).map { note(problem, in: $0) }
        current(name, id: id).map { feed(.intentFailed(attempt: attempt, problem), to: $0) }
      }
    }
  }

  private func askProvider(_ attempt: Int64, _ session: LiveSession) {
    let record = session.record
    parts.logger.debug("refresh begins", metadata: ["session": "\(record.name)", "attempt": "\(attempt)"])
    Task {
      do {
        let tokens = try await refreshedTokens(record, attempt: attempt)
        guard let session = current(record.name, id: record.id) else {
          parts.logger.debug("a late answer is dropped", metadata: ["session": "\(record.name)"])
          return
        }
        session.held[attempt] = tokens
        feed(.answered(attempt: attempt), to: session)
      } catch {
        guard let session = current(record.name, id: record.id) else { return }
        var failure = Agent.failure(error)
        if session.machine.answerMayBeLost { failure.saysLostAnswer() }
        failure.problem = failure.problem.naming(names(record))
        note(failure.problem, in: session)
        feed(.failed(attempt: attempt, failure), to: session)
      }
    }
  }

  /// Asks, makes a rotated refresh token durable before anything else is done with the answer, then checks the rest.
  private func refreshedTokens(_ record: SessionRecord, attempt: Int64) async throws -> TokenSet {
    guard let refreshToken = record.tokens.refreshToken else {
      throw ProviderFailure(
        .signInRequired(.refreshTokenExpired),
        Problem(
          .signInRequired, "The provider gave no refresh token. Run: agentctl login \(record.name)",
          reason: SessionReason.refreshTokenExpired.rawValue, session: record.name))
    }
    if let session = current(record.name, id: record.id), session.isHeldBack {
      throw ProviderFailure(.blocked(.refused), heldBack(record.name))
    }
    let client = try await client(for: record)
    let answer = try await client.refresh(
      RefreshRequest(
        refreshToken: refreshToken, username: record.identity.username, deviceKey: record.deviceKey,
        binding: record.binding))
    var previous = record.tokens
    if let rotated = answer.newRefreshToken {
      await keep(rotated, of: record, attempt: attempt)
      previous.refreshToken = rotated
    }
    return try await client.validate(answer, identity: record.identity, previous: previous)
  }

  /// A spent refresh token is never sent again, whatever becomes of the rest of the answer.
  private func keep(_ rotated: Secret, of record: SessionRecord, attempt: Int64) async {
    guard let session = current(record.name, id: record.id) else {
      // A session that the store's locking took along is not signed out: its stored token may serve yet.
      if keystoreStatus.state != .unlocked, summaries.contains(where: { $0.name == record.name }) { return }
      return await orderRevocation(of: rotated, like: record)
    }
    session.record.tokens.refreshToken = rotated
    do throws(StoreError) {
      try await parts.keystore.storeRotatedRefreshToken(
        session: record.name, refreshToken: rotated, attempt: attempt)
    } catch {
      if current(record.name, id: record.id) == nil { await orderRevocation(of: rotated, like: record) }
      parts.logger.warning(
        "a rotated refresh token could not be stored yet",
        metadata: ["session": "\(record.name)", "error": "\(error)"])
    }
  }

  private func persist(_ attempt: Int64, _ session: LiveSession, from: SessionState) {
    guard let tokens = session.held[attempt] else {
      preconditionFailure("an attempt is persisted only after its tokens were held")
    }
    let (name, id, generation) = (session.record.name, session.record.id, session.record.generation.next)
    let at = now.wall
    let anchor = anchor(session.record.binding)
    let entry = JournalEntry(
      at: at, event: .refreshed, from: from, to: .active, generation: generation, attempt: attempt,
      cause: JournalCause(.provider), message: JournalWords.refreshed(generation))
    Task {
      do throws(StoreError) {
        try await parts.keystore.commitRefresh(
          session: name, generation: generation, tokens: tokens, anchor: anchor, at: at, journal: entry)
        guard let session = current(name, id: id) else { return }
        session.held.removeAll()
        session.record.tokens = tokens
        session.record.generation = generation
        session.record.lastRefreshAt = at
        session.record.anchor = anchor
        session.lastError = nil
        feed(.persisted(attempt: attempt, TokenTimes(tokens, now: providerNow(session.record.binding))), to: session)
        await storeKeys(of: session.record.profile)
      } catch {
        let problem = problem(error, session: name)
        guard let session = current(name, id: id) else { return }
        note(problem, in: session)
        feed(.persistFailed(attempt: attempt, problem), to: session)
      }
    }
  }

  private func persistEnd(_ reason: SessionReason, _ session: LiveSession, _ entry: JournalEntry) {
    let (name, id) = (session.record.name, session.record.id)
    session.record.signInRequired = reason
    Task {
      do throws(StoreError) {
        try await parts.keystore.setSignInRequired(session: name, id: id, reason: reason, journal: entry)
      } catch {
        // Replaced or signed out meanwhile: the refusal is of no session that there is.
        guard current(name, id: id) != nil else { return }
        note([JournalNote(name, entry)])
        parts.logger.error("a refusal could not be stored", metadata: ["session": "\(name)", "error": "\(error)"])
      }
    }
  }

  private func announce(_ announcement: SessionMachine.Announcement, _ session: LiveSession) {
    let name = session.record.name
    switch announcement {
    case .refreshed:
      parts.logger.info(
        "refreshed", metadata: ["session": "\(name)", "generation": "\(session.record.generation)"])
      settle(.session(name))
      publish(
        .sessionRefreshed, session: name,
        [
          JSONMember("generation", .integer(session.record.generation.rawValue)),
          JSONMember("expires_at", .string(session.record.tokens.access.expiresAt.description)),
        ])
    case .online:
      settle(.session(name))
      publish(.sessionOnline, session: name, [])
    case .offline(let problem):
      parts.logger.warning("offline", metadata: ["session": "\(name)", "detail": "\(problem.detail)"])
      publish(.sessionOffline, session: name, Agent.members(problem))
    case .blocked(let reason, let problem):
      parts.logger.warning("blocked", metadata: ["session": "\(name)", "reason": "\(reason.rawValue)"])
      publish(.sessionBlocked, session: name, Agent.members(problem, reason: reason))
      needPerson(for: session, reason)
    case .signInRequired(let reason, let problem):
      parts.logger.warning("sign-in required", metadata: ["session": "\(name)", "reason": "\(reason.rawValue)"])
      publish(.sessionSignInRequired, session: name, Agent.members(problem, reason: reason))
      needPerson(for: session, reason)
    }
  }

  private static func members(_ problem: Problem, reason: SessionReason? = nil) -> [JSONMember] {
    [
      JSONMember("reason", .optional(reason?.rawValue ?? problem.reason)),
      JSONMember("code", .string(problem.code.rawValue)), JSONMember("message", .string(problem.detail)),
    ]
  }

  /// Remembers a session's last failure for `status`.
  func note(_ problem: Problem, in session: LiveSession) {
    session.lastError = (problem, now.wall)
    if problem.code == .offline, problem.provider == nil { found(.offline) }
  }

  /// Any failure of a provider call as one that the machine understands.
  static func failure(_ error: any Error) -> ProviderFailure {
    if let failure = error as? ProviderFailure { return failure }
    if let problem = error as? Problem { return ProviderFailure(.offline, problem) }
    return ProviderFailure(
      .offline, Problem(.offline, "The refresh was interrupted; it is tried again."), answerLost: true)
  }

  /// Arms the one timer for the earliest deadline of all.
  func armTimer() {
    // Orders are carried out while the store is open only.
    let orders = keystoreStatus.state == .unlocked ? outbox.deadline : nil
    let deadlines =
      logins.values.compactMap(\.deadline)
      + [sessions.deadline, orders, tokenUses.deadline, unremoved.deadline, networkSettles, fileRetry].compactMap { $0 }
    parts.timer.arm(at: deadlines.min())
  }

  /// The earliest deadline has come (or the clock says so).
  func tick() {
    let boot = now.boot
    for session in sessions.take(boot) { feed(.due, to: session) }
    expireLogins(boot)
    flushTokenUses(boot)
    deliverRevocations(boot)
    retryRemovals(boot)
    settleNetwork(boot)
    retryFile(boot)
    armTimer()
  }
}

extension ProviderFailure {
  /// The words for a refusal after a lost answer are those of its reason then.
  fileprivate mutating func saysLostAnswer() {
    guard case .signInRequired(let reason) = disposition, reason.afterLostAnswer != reason else { return }
    problem.reason = reason.afterLostAnswer.rawValue
    problem.detail = "\(reason.afterLostAnswer.sentence) Sign in again: agentctl login."
  }
}
