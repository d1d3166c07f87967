/// The life of one signed-in session: event in, effects out (CONTRACT §6).
///
/// A pure value. It never waits, logs or reads a clock; `now` and randomness come in, and what must happen goes out in
/// the order in which it must happen: record the intent, ask the provider, persist, arm, announce. Results come back
/// as events that carry the attempt that they answer; one that answers another attempt is dropped.
public struct SessionMachine: Hashable, Sendable {
  /// What the session is doing.
  public internal(set) var phase: Phase
  /// When its tokens begin and end.
  public internal(set) var times: TokenTimes
  /// When it renews.
  public internal(set) var policy: RefreshPolicy
  /// The next attempt that nobody asked for; nil where there is none.
  public internal(set) var deadline: BootInstant?
  /// Whether the answer to an attempt may have been lost since the last success: a refusal then is of our own making.
  public internal(set) var answerMayBeLost: Bool

  var lastAttempt: Int64
  /// When tokens last came by a refresh.
  var renewedAt: BootInstant?
  var lastManual: BootInstant?
  /// When a return of the network last cut a back-off short, or will.
  var lastReturn: BootInstant?

  /// A session as it comes from a sign-in or from the store.
  ///
  /// - Parameters:
  ///   - unfinished: an attempt that was begun and whose end is not recorded.
  ///   - ended: set where the provider had refused for good.
  public init(
    times: TokenTimes, policy: RefreshPolicy, unfinished: Int64? = nil, ended: SessionReason? = nil, now: Now,
    random: Double
  ) {
    self.times = times
    self.policy = policy
    phase = ended.map(Phase.ended) ?? .resting
    lastAttempt = unfinished ?? 0
    answerMayBeLost = unfinished != nil
    deadline = nil
    guard ended == nil else { return }
    let due = times.receivedAt.adding(milliseconds: RefreshSchedule.due(life: times.life, random: random))
    switch policy {
    case .proactive: deadline = unfinished == nil ? due : now.boot
    case .onDemand: deadline = unfinished == nil ? nil : now.boot
    }
  }

  /// What a session is doing.
  public enum Phase: Hashable, Sendable {
    /// Nothing is under way, and the last attempt, if any, succeeded.
    case resting
    /// One refresh is under way.
    case attempting(Attempt)
    /// The last attempt failed; tokens are kept.
    case waiting(Trouble)
    /// The provider refused for good.
    case ended(SessionReason)
    /// Signed out.
    case removed
  }

  /// One refresh under way.
  public struct Attempt: Hashable, Sendable {
    /// Its number, unique in the session's life.
    public var number: Int64
    /// How far it is.
    public var step: Step
    /// Failures in a row before it.
    public var failuresBefore: Int
    /// The trouble that it tries to end.
    public var trouble: Trouble?
    /// Until when requests wait for it; nil where as long as they like. Set where the one before it reached nobody and
    /// nothing suggests that this one will: who has no token is then told so, and sits out no connect timeout.
    public var patience: BootInstant?
  }

  /// How far an attempt is.
  public enum Step: Hashable, Sendable {
    case recording
    case asking
    case persisting
  }

  /// Why and until when the session waits.
  public struct Trouble: Hashable, Sendable {
    /// Nil while it may pass by itself; else why a person should act.
    public var blocked: SessionReason?
    /// Failures in a row.
    public var failures: Int
    /// No attempt before this.
    public var until: BootInstant
    /// The last failure.
    public var problem: Problem
    /// Set where the provider answered and only the store failed: that attempt's tokens wait to be persisted.
    public var unpersisted: Int64?
    /// Whether no connection came about, so that the next attempt may be expected to sit out its timeout.
    public var reachedNobody = false
  }
}

extension SessionMachine {
  /// What happens to a session.
  public enum Event: Hashable, Sendable {
    /// The deadline has come.
    case due
    /// Somebody wants a better token than there is.
    case tokenWanted
    /// A person asks for a refresh.
    case refreshAsked
    /// A person asks for a refresh that was held back, and lets its refresh token be sent.
    case holdReleased
    /// The network came back, or the machine woke up.
    case networkReturned
    case intentRecorded(attempt: Int64)
    case intentFailed(attempt: Int64, Problem)
    /// The provider's tokens are here and checked.
    case answered(attempt: Int64)
    case failed(attempt: Int64, ProviderFailure)
    case persisted(attempt: Int64, TokenTimes)
    case persistFailed(attempt: Int64, Problem)
    /// What the profile says of renewal changed.
    case policyChanged(RefreshPolicy)
    /// The profile no longer fits, or fits again (nil).
    case profileMismatch(Problem?)
    case removed

    /// Whether it may begin an attempt.
    public var mayBegin: Bool {
      switch self {
      case .due, .tokenWanted, .refreshAsked, .holdReleased, .networkReturned: true
      case .intentRecorded, .intentFailed, .answered, .failed, .persisted, .persistFailed, .policyChanged,
        .profileMismatch, .removed:
        false
      }
    }
  }

  /// What must happen, in order.
  public enum Effect: Hashable, Sendable {
    case recordIntent(attempt: Int64)
    case askProvider(attempt: Int64)
    case persist(attempt: Int64)
    /// Make a definite refusal durable.
    case persistEnd(SessionReason)
    /// The deadline changed.
    case arm
    case announce(Announcement)
    /// Whoever waits for this session is to be answered anew.
    case answerWaiters
  }

  /// What everybody is told.
  public enum Announcement: Hashable, Sendable {
    case refreshed
    case online
    case offline(Problem)
    case blocked(SessionReason, Problem)
    case signInRequired(SessionReason, Problem)
  }

  /// Takes one event.
  ///
  /// - Parameter random: uniform in 0..<1.
  public mutating func handle(_ event: Event, now: Now, random: Double) -> [Effect] {
    switch event {
    case .due: due(now)
    case .tokenWanted: tokenWanted(now)
    case .refreshAsked: refreshAsked(now)
    case .holdReleased: holdReleased(now)
    case .networkReturned: networkReturned(now)
    case .intentRecorded(let attempt): intentRecorded(attempt)
    case .intentFailed(let attempt, let problem): storeFailed(attempt, at: .recording, problem, now, random)
    case .answered(let attempt): answered(attempt)
    case .failed(let attempt, let failure): failed(attempt, failure, now, random)
    case .persisted(let attempt, let times): persisted(attempt, times, now, random)
    case .persistFailed(let attempt, let problem): storeFailed(attempt, at: .persisting, problem, now, random)
    case .policyChanged(let policy): policyChanged(policy, random)
    case .profileMismatch(let problem): profileMismatch(problem, now)
    case .removed: removed()
    }
  }
}
