/// What becomes of an attempt.
extension SessionMachine {
  mutating func intentRecorded(_ number: Int64) -> [Effect] {
    guard case .attempting(var attempt) = phase, attempt.number == number, attempt.step == .recording else { return [] }
    attempt.step = .asking
    phase = .attempting(attempt)
    return [.askProvider(attempt: number)]
  }

  mutating func answered(_ number: Int64) -> [Effect] {
    guard case .attempting(var attempt) = phase, attempt.number == number, attempt.step == .asking else { return [] }
    attempt.step = .persisting
    phase = .attempting(attempt)
    return [.persist(attempt: number)]
  }

  mutating func persisted(_ number: Int64, _ times: TokenTimes, _ now: Now, _ random: Double) -> [Effect] {
    guard case .attempting(let attempt) = phase, attempt.number == number, attempt.step == .persisting else {
      return []
    }
    self.times = times
    renewedAt = now.boot
    answerMayBeLost = false
    // What waited for the disk has grown old here, which says nothing of the next: that one is overdue.
    let waited = attempt.trouble?.unpersisted == number
    if remaining(.access, now: now) < RefreshSchedule.expiryMargin, !waited {
      let backoff = RefreshSchedule.backoff(
        failures: attempt.failuresBefore + 1, retryAfterSeconds: nil, random: random)
      return [.announce(.refreshed)]
        + wait(
          attempt, blocked: nil, SessionMachine.expiredOnArrival, until: now.boot.adding(milliseconds: backoff))
    }
    phase = .resting
    deadline = restingDeadline(random)
    let online: [Effect] = attempt.trouble == nil ? [] : [.announce(.online)]
    return [.arm, .announce(.refreshed)] + online + [.answerWaiters]
  }

  mutating func failed(_ number: Int64, _ failure: ProviderFailure, _ now: Now, _ random: Double) -> [Effect] {
    guard case .attempting(let attempt) = phase, attempt.number == number, attempt.step == .asking else { return [] }
    let lostBefore = answerMayBeLost
    if failure.answerLost { answerMayBeLost = true }
    switch failure.disposition {
    case .signInRequired(let reason):
      return end(lostBefore ? reason.afterLostAnswer : reason, failure.problem)
    case .blocked(let reason):
      return wait(
        attempt, blocked: reason, failure.problem, until: now.boot.adding(milliseconds: RefreshSchedule.blockedInterval)
      )
    case .offline:
      // The first retry after a lost answer comes at once: while the provider's grace lasts the old token still serves.
      let atOnce = failure.answerLost && !lostBefore
      let backoff = RefreshSchedule.backoff(
        failures: attempt.failuresBefore + 1, retryAfterSeconds: failure.problem.retryAfterSeconds, random: random)
      return wait(
        attempt, blocked: nil, failure.problem, until: now.boot.adding(milliseconds: atOnce ? 0 : backoff),
        reachedNobody: failure.reachedNobody)
    }
  }

  mutating func storeFailed(
    _ number: Int64, at step: Step, _ problem: Problem, _ now: Now, _ random: Double
  ) -> [Effect] {
    guard case .attempting(let attempt) = phase, attempt.number == number, attempt.step == step else { return [] }
    let backoff = RefreshSchedule.backoff(
      failures: attempt.failuresBefore + 1, retryAfterSeconds: nil, random: random)
    return wait(
      attempt, blocked: nil, problem, until: now.boot.adding(milliseconds: backoff),
      unpersisted: step == .persisting ? number : nil)
  }

  mutating func policyChanged(_ policy: RefreshPolicy, _ random: Double) -> [Effect] {
    guard policy != self.policy else { return [] }
    self.policy = policy
    guard case .resting = phase else { return [] }
    deadline = restingDeadline(random)
    return [.arm]
  }

  /// No secret goes to a place that the session was not signed in at: it waits, and whoever asks is told.
  mutating func profileMismatch(_ problem: Problem?, _ now: Now) -> [Effect] {
    switch (phase, problem) {
    case (.resting, let problem?), (.waiting, let problem?), (.attempting, let problem?):
      phase = .waiting(
        Trouble(
          blocked: .profileChanged, failures: 0, until: BootInstant(milliseconds: .max), problem: problem,
          unpersisted: nil))
      deadline = nil
      return [.arm, .announce(.blocked(.profileChanged, problem)), .answerWaiters]
    case (.waiting(let trouble), nil) where trouble.blocked == .profileChanged:
      phase = .resting
      deadline = now.boot
      return [.arm, .announce(.online), .answerWaiters]
    case (.resting, nil), (.waiting, nil), (.attempting, nil), (.ended, _), (.removed, _):
      return []
    }
  }

  mutating func removed() -> [Effect] {
    phase = .removed
    deadline = nil
    return [.arm, .answerWaiters]
  }

  private mutating func end(_ reason: SessionReason, _ problem: Problem) -> [Effect] {
    phase = .ended(reason)
    deadline = nil
    return [.persistEnd(reason), .arm, .announce(.signInRequired(reason, problem)), .answerWaiters]
  }

  /// Tokens that are of no use when they come are trouble: asking at once for the next would be a storm.
  static let expiredOnArrival = Problem(
    .offline, "The tokens that the provider gave have expired already. Is this machine's clock right?", retryable: true)

  private mutating func wait(
    _ attempt: Attempt, blocked: SessionReason?, _ problem: Problem, until: BootInstant, unpersisted: Int64? = nil,
    reachedNobody: Bool = false
  ) -> [Effect] {
    let trouble = Trouble(
      blocked: blocked, failures: attempt.failuresBefore + 1, until: until, problem: problem, unpersisted: unpersisted,
      reachedNobody: reachedNobody)
    phase = .waiting(trouble)
    // An on-demand session in passing trouble is tried again when somebody asks, not by itself.
    let triesByItself = policy == .proactive || blocked != nil || unpersisted != nil || answerMayBeLost
    deadline = triesByItself ? until : nil
    let isNews = attempt.trouble == nil || attempt.trouble?.blocked != blocked
    let news: Announcement = blocked.map { .blocked($0, problem) } ?? .offline(problem)
    return [.arm] + (isNews ? [.announce(news)] : []) + [.answerWaiters]
  }

  private func restingDeadline(_ random: Double) -> BootInstant? {
    switch policy {
    case .proactive: times.receivedAt.adding(milliseconds: RefreshSchedule.due(life: times.life, random: random))
    case .onDemand: nil
    }
  }
}
