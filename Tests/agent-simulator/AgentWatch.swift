import SessionModel

/// What must hold, whatever happens. It keeps its own account of what the provider and the clients see.
@MainActor
final class AgentWatch {
  /// Refresh tokens whose successor came, in this life of the agent, and in any.
  private var received: [String: String] = [:]
  private var spent: Set<String> = []
  /// Sign-ins of which an answer with new tokens may have come to nobody.
  private var lostAnswers: Set<String> = []
  /// Sign-ins that the provider refused, and how.
  private var refusals: [String: String] = [:]
  private var generations: [String: Int64] = [:]
  private var announced: [String: Int64] = [:]
  /// Sign-ins whose sessions were signed out or replaced: their refresh tokens must end.
  private(set) var owed: Set<String> = []
  private var gone: Set<String> = []
  private var inFlight: [String: Int] = [:]
  private var paces: [String: Pace] = [:]
  /// Until when back-offs may start over, in milliseconds.
  private var isExcusedUntil: Int64 = 0
  private(set) var requests = 0
  private(set) var served = 0

  /// How often a failing provider may be asked; times in milliseconds.
  private struct Pace {
    var failures = 0
    var failedAt: Int64 = 0
    var least: Int64 = 0
    var hasLost = false
    var recent: [Int64] = []
  }

  // MARK: - At the provider

  /// A refresh leaves the agent. Nil, or what is wrong with it.
  func sends(_ token: String, of grant: String, at time: Int64) -> String? {
    requests += 1
    inFlight[grant, default: 0] += 1
    if inFlight[grant, default: 0] > 1 { return "two refreshes of one session are under way" }
    if spent.contains(token) || received[token] != nil { return "a spent refresh token is sent" }
    var pace = paces[grant, default: Pace()]
    defer { paces[grant] = pace }
    pace.recent = pace.recent.filter { $0 > time - 10_000 } + [time]
    if pace.recent.count > 6 { return "a session is tried \(pace.recent.count) times in ten seconds" }
    if time <= isExcusedUntil { pace.failures = 0 }
    guard pace.failures > 0, time < pace.failedAt + pace.least else { return nil }
    return "a session is tried \(time - pace.failedAt) ms after failure \(pace.failures), not \(pace.least)"
  }

  func ended(_ grant: String) { inFlight[grant] = nil }

  func failed(_ grant: String, isLost: Bool, retryAfter: Int64 = 0, isBlocked: Bool = false, at time: Int64) {
    if isLost { lostAnswers.insert(grant) }
    var pace = paces[grant, default: Pace()]
    pace.failures += 1
    pace.failedAt = time
    let longest = min(1000 << Int64(min(pace.failures, 9)), 300_000) as Int64
    pace.least = isBlocked ? 300_000 : isLost && !pace.hasLost ? 0 : max(longest / 2, retryAfter * 1000)
    pace.hasLost = pace.hasLost || isLost
    paces[grant] = pace
  }

  /// An answer with tokens has come to the agent.
  func answered(_ grant: String, _ old: String, _ successor: String?) {
    paces[grant] = nil
    if let successor { received[old] = successor }
  }

  func lost(_ grant: String) { lostAnswers.insert(grant) }
  func refused(_ grant: String, _ words: String) { refusals[grant] = words }

  /// Something happened that lets back-offs start over, soon or within that time.
  func mayBegin(at time: Int64, within milliseconds: Int64) {
    isExcusedUntil = max(isExcusedUntil, time + milliseconds)
  }

  // MARK: - The agent's lives

  func crashed() {
    inFlight = [:]
    paces = [:]
  }

  /// A new run of the agent has found these sessions in the store.
  func found(_ sessions: [SessionView], grant: (String) -> String?) -> String? {
    let kept = Set(sessions.map(\.refreshToken))
    for (old, _) in received {
      if kept.contains(old) {
        grant(old).map { _ = lostAnswers.insert($0) }
      } else {
        spent.insert(old)
      }
    }
    received = [:]
    crashed()
    for session in sessions {
      if gone.contains(session.id) { return "session \(session.name) was signed out and is there again" }
      if session.generation < announced[session.name, default: 0] {
        return "generation \(announced[session.name, default: 0]) of session \(session.name) was announced, "
          + "and after a restart it is \(session.generation)"
      }
      if session.isHeldBack { return "session \(session.name) is held back though no store was put back" }
    }
    return nil
  }

  /// Looks at a session; nil, or what is wrong.
  func looks(at session: SessionView, grant: String?) -> String? {
    if gone.contains(session.id) { return "session \(session.name) was signed out and is still there" }
    guard case .ended(let reason) = session.phase else { return nil }
    guard let grant, let words = refusals[grant] else {
      return "session \(session.name) ended (\(reason.rawValue)) and the provider has not refused it"
    }
    guard words.hasPrefix("RefreshTokenReuse") else { return nil }
    guard lostAnswers.contains(grant) else {
      return "session \(session.name) was ended by reuse detection and no answer was lost"
    }
    return reason == .refreshAnswerLost ? nil : "session \(session.name) lost an answer and says \(reason.rawValue)"
  }

  func announces(_ session: String, _ generation: Int64) -> String? {
    defer { announced[session] = max(generation, announced[session, default: 0]) }
    guard generation <= announced[session, default: 0] else { return nil }
    return "generation \(generation) of session \(session) is announced after \(announced[session, default: 0])"
  }

  func serves(_ session: String, _ generation: Int64, endsAt expiry: Int64, at time: Int64) -> String? {
    served += 1
    guard expiry > time else { return "a token of session \(session) is handed out \(time - expiry) ms after its end" }
    defer { generations[session] = generation }
    guard generation >= generations[session, default: 0] else {
      return "session \(session) is served generation \(generation) after \(generations[session, default: 0])"
    }
    return nil
  }

  /// A sign-out was answered as done, or another sign-in has taken the session's place.
  func signedOut(_ id: String, grant: String?) {
    gone.insert(id)
    if let grant { owed.insert(grant) }
  }
}
