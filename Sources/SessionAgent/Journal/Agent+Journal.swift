internal import Logging
internal import SessionAPI
internal import SessionModel
internal import SessionStore

/// The journals (CONTRACT §5.4): what happened to each session, and why, durable with the change that it tells of.
extension Agent {
  func getJournal(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly("limit", "after")
    let limit = try request.integer("limit", 1...1000) ?? 100
    let after = try request.integer("after", 0...Int64.max)
    let isKnown = sessions[name] != nil || summaries.contains { $0.name == name } || profileExists(name)
    return .later { .json(try await self.journal(name, after: after, limit: Int(limit), isKnown: isKnown).json) }
  }

  private func journal(
    _ name: SessionName, after: Int64?, limit: Int, isKnown: Bool
  ) async throws -> JournalDocument {
    let page: JournalPage
    do throws(StoreError) {
      page = try await parts.keystore.journal(of: name, after: after, limit: limit)
    } catch {
      throw problem(error, session: name)
    }
    guard isKnown || !page.lines.isEmpty || page.truncated else {
      throw Problem(
        .notFound, "There is no session, profile or journal named \(name). See what there is: agentctl status")
    }
    return JournalDocument(
      session: name, entries: page.lines.map { JournalEntryDocument(seq: $0.seq, entry: $0.entry) },
      truncated: page.truncated)
  }

  /// An entry about a session as it stands now.
  func entry(
    _ event: JournalEvent, of session: LiveSession, from: SessionState?, to: SessionState? = nil,
    attempt: Int64? = nil, because cause: JournalCause, _ message: String
  ) -> JournalEntry {
    let now = self.now
    return JournalEntry(
      at: now.wall, event: event, from: from, to: to ?? standing(session), generation: session.record.generation,
      attempt: attempt, nextAttemptAt: nextAttempt(session, now), cause: cause, message: message)
  }

  /// Writes entries that belong to no other change.
  func note(_ notes: [JournalNote]) {
    guard !notes.isEmpty else { return }
    Task {
      do throws(StoreError) {
        try await parts.keystore.note(notes)
      } catch {
        parts.logger.debug("the journal could not be written", metadata: ["error": "\(error)"])
      }
    }
  }

  /// What an event that the store has no other part in leaves in the journal; nil for one that changed nothing.
  func journal(_ event: SessionMachine.Event, of session: LiveSession, from: SessionState) {
    let entry: JournalEntry?
    switch event {
    case .intentFailed(let attempt, let problem), .persistFailed(let attempt, let problem):
      entry = failure(.refreshFailed, of: session, from: from, attempt, JournalCause(problem))
    case .failed(let attempt, let failure):
      // A refusal for good is journaled with the end that it makes durable.
      if case .ended = session.machine.phase { return }
      return endAttempt(attempt, failure, session, from: from)
    case .profileMismatch(let problem):
      entry = profileEntry(problem, of: session, from: from)
    case .due, .tokenWanted, .refreshAsked, .holdReleased, .networkReturned, .intentRecorded, .answered, .persisted,
      .policyChanged, .removed:
      entry = nil
    }
    if let entry { note([JournalNote(session.record.name, entry)]) }
  }

  private func profileEntry(_ problem: Problem?, of session: LiveSession, from: SessionState) -> JournalEntry? {
    guard from != standing(session) else { return nil }
    let cause = problem.map { JournalCause($0, reason: .profileChanged) } ?? JournalCause(.policy, code: "profile_fits")
    return self.entry(
      .profileChanged, of: session, from: from, because: cause,
      problem?.detail ?? "The profile is again the one that the session was signed in with.")
  }

  private func failure(
    _ event: JournalEvent, of session: LiveSession, from: SessionState, _ attempt: Int64, _ cause: JournalCause
  ) -> JournalEntry {
    entry(
      event, of: session, from: from, attempt: attempt, because: cause,
      JournalWords.failure(event, detail: cause.detail ?? "", isOurs: cause.provider == nil))
  }

  /// An attempt that ended without tokens: its intent goes with the entry, unless its answer may be lost.
  private func endAttempt(
    _ attempt: Int64, _ failure: ProviderFailure, _ session: LiveSession, from: SessionState
  ) {
    let event: JournalEvent =
      if failure.answerLost { .answerLost } else if session.reason == nil { .refreshFailed } else { .blocked }
    let entry = self.failure(
      event, of: session, from: from, attempt, JournalCause(failure.problem, reason: session.reason))
    guard !session.machine.answerMayBeLost else { return note([JournalNote(session.record.name, entry)]) }
    let (name, id) = (session.record.name, session.record.id)
    Task {
      do throws(StoreError) {
        try await parts.keystore.clearRefreshIntent(session: name, id: id, attempt: attempt, journal: entry)
      } catch {
        parts.logger.debug("an intent stays recorded", metadata: ["session": "\(name)", "error": "\(error)"])
        note([JournalNote(name, entry)])
      }
    }
  }
}

/// Entries that go into the store together with what they tell of.
extension Agent {
  func startEntry(
    _ event: SessionMachine.Event, _ attempt: Int64, _ session: LiveSession, from: SessionState
  ) -> JournalEntry {
    let cause: JournalCause
    switch event {
    case .tokenWanted: cause = JournalCause(.user, code: "token_wanted")
    case .refreshAsked, .holdReleased: cause = JournalCause(.user, code: "refresh_asked")
    case .networkReturned: cause = JournalCause(.network, code: "network_returned")
    case .due, .intentRecorded, .intentFailed, .answered, .failed, .persisted, .persistFailed, .policyChanged,
      .profileMismatch, .removed:
      let isRetry = session.trouble != nil
      cause =
        session.machine.answerMayBeLost && !isRetry
        ? JournalCause(.restart, code: "unfinished") : JournalCause(.policy, code: isRetry ? "retry" : "due")
    }
    return entry(
      .refreshStarted, of: session, from: from, attempt: attempt, because: cause, JournalWords.started(cause))
  }

  func endEntry(
    _ event: SessionMachine.Event, _ reason: SessionReason, _ session: LiveSession, from: SessionState
  ) -> JournalEntry {
    var cause = JournalCause(.provider, reason: reason.rawValue)
    var attempt: Int64?
    if case .failed(let number, let failure) = event {
      attempt = number
      cause = JournalCause(failure.problem, reason: reason)
      cause.kind = .provider
    }
    return entry(
      .signInRequired, of: session, from: from, attempt: attempt, because: cause, JournalWords.ended(reason))
  }

  /// What signing out leaves.
  func signOutEntry(_ name: SessionName, from: SessionState) -> JournalEntry {
    JournalEntry(
      at: now.wall, event: .signedOut, from: from, to: nil,
      generation: sessions[name]?.record.generation ?? summaries.first { $0.name == name }?.generation,
      cause: JournalCause(.user), message: JournalWords.signedOut)
  }
}
