import SessionModel
import Simulation

/// What must hold, whatever happens. It keeps its own account of what the provider and the clients see.
@MainActor
final class AgentWatch {
  private var tokens = TokenAccount<String, String>()
  private var generations = GenerationAccount<String>()
  /// Sign-ins whose sessions were signed out or replaced: their refresh tokens must end.
  private(set) var owed: Set<String> = []
  /// Those that may still serve.
  private(set) var unsettled: Set<String> = []
  private var gone: Set<String> = []
  private var inFlight: Set<String> = []
  private var paces: [String: AgentPace] = [:]
  /// Until when back-offs may start over, in milliseconds, and how often that came, at most once in ten seconds.
  private var isExcusedUntil: Int64 = 0
  private var excuses = 0
  private var lastExcuse: Int64 = 0
  /// Counts the agent's runs and openings: what ends later than its own is nobody's.
  private(set) var era = 0
  private(set) var requests = 0
  private(set) var served = 0

  /// How often a failing provider is asked for one session; times in milliseconds.
  private struct AgentPace {
    var pace = Pace()
    var hasLost = false
    var isBlocked = false
    var recent: [Int64] = []
    /// Since the first failure: the time, the attempts, and the excuses before it.
    var begun: Int64?
    var attempts = 0
    var excuses = 0
  }

  // MARK: - At the provider

  /// A refresh leaves the agent. Nil, or what is wrong with it.
  func sends(_ token: String, of grant: String, at time: Int64) -> String? {
    requests += 1
    guard inFlight.insert(grant).inserted else { return "two refreshes of one session are under way" }
    if tokens.isSpent(token) { return "a spent refresh token is sent" }
    var pace = paces[grant, default: AgentPace()]
    defer { paces[grant] = pace }
    pace.recent = pace.recent.filter { $0 > time - 10_000 } + [time]
    // A back-off under way, one begun anew by hand and one by the network's return: three attempts each (0, 1 and 3 s),
    // and one at once after a lost answer.
    if pace.recent.count > 10 { return "a session is tried \(pace.recent.count) times in ten seconds" }
    if time <= isExcusedUntil { pace.pace.startsOver() }
    return tooMany(&pace, at: time) ?? pace.pace.fault(of: "of \(grant)", at: time)
  }

  /// From failure to success no more attempts than the back-off has, and what may start it over.
  private func tooMany(_ pace: inout AgentPace, at time: Int64) -> String? {
    guard let begun = pace.begun else { return nil }
    pace.attempts += 1
    let allowed = 12 * (1 + excuses - pace.excuses) + Int((time - begun) / 150_000)
    return pace.attempts > allowed
      ? "a failing provider is asked \(pace.attempts) times in \((time - begun) / 1000) s, not \(allowed) at most" : nil
  }

  func ended(_ grant: String) { inFlight.remove(grant) }

  func failed(
    _ grant: String, _ token: String, isLost: Bool, retryAfter: Int64 = 0, isBlocked: Bool = false, at time: Int64
  ) {
    if isLost { tokens.lostAnswer(to: token) }
    var pace = paces[grant, default: AgentPace()]
    // It may have hung on the network that was, and is the first failure of the one that is.
    if time <= isExcusedUntil { pace.pace.startsOver() }
    pace.pace.failed(
      isBlocked ? .blocked : isLost && !pace.hasLost ? .firstLoss : .passing(retryAfter: retryAfter * 1000), at: time)
    pace.hasLost = pace.hasLost || isLost
    pace.isBlocked = isBlocked
    if pace.begun == nil { (pace.begun, pace.excuses) = (time, excuses) }
    paces[grant] = pace
  }

  /// An answer with tokens has come to the agent.
  func answered(_ grant: String, _ old: String, _ successor: String?) {
    paces[grant] = nil
    if successor != nil { tokens.receivedSuccessor(of: old) }
  }

  func lost(_ token: String) { tokens.lostAnswer(to: token) }

  /// The provider refuses.
  ///
  /// - Parameter isHeard: whether somebody waits for the answer.
  func refused(_ grant: String, _ words: String, isHeard: Bool) {
    tokens.refused(grant, asReused: words.hasPrefix("RefreshTokenReuse"), isHeard: isHeard)
  }

  /// Something happened that lets back-offs start over, soon or within that time.
  func mayBegin(at time: Int64, within milliseconds: Int64) {
    isExcusedUntil = max(isExcusedUntil, time + milliseconds)
    if time >= lastExcuse + 10_000 { (excuses, lastExcuse) = (excuses + 1, time) }
  }

  // MARK: - The agent's lives

  /// The agent, or its store, begins anew.
  func beganAnew() {
    era += 1
    inFlight = []
    paces = [:]
  }

  /// A new run of the agent has found these sessions in the store.
  func found(_ sessions: [SessionView]) -> String? {
    let kept = Set(sessions.map(\.refreshToken))
    tokens.crashed { kept.contains($0) }
    beganAnew()
    for session in sessions {
      if gone.contains(session.id) { return "session \(session.name) was signed out and is there again" }
      let announced = generations.announced(of: session.name)
      if session.generation < announced {
        return "generation \(announced) of session \(session.name) was announced, "
          + "and after a restart it is \(session.generation)"
      }
      if session.isHeldBack { return "session \(session.name) is held back though no store was put back" }
    }
    return nil
  }

  /// Looks at a session; nil, or what is wrong.
  func looks(at session: SessionView, grant: String?) -> String? {
    if gone.contains(session.id) { return "session \(session.name) was signed out and is still there" }
    switch session.phase {
    case .ended(let reason):
      return tokens.fault(
        ofEnd: session.name, grant, session.refreshToken, saysLost: reason == .refreshAnswerLost)
    case .waiting(let trouble): return grant.flatMap { fault(of: session, $0, trouble) }
    case .resting, .attempting, .removed: return nil
    }
  }

  /// A refusal that isn't known blocks, and nothing else does.
  private func fault(
    of session: SessionView, _ grant: String, _ trouble: SessionMachine.Trouble
  ) -> String? {
    guard let pace = paces[grant], pace.pace.failures > 0, trouble.problem.code != .storageFailed,
      !inFlight.contains(grant), pace.isBlocked != (trouble.blocked != nil)
    else { return nil }
    return pace.isBlocked
      ? "session \(session.name) got a refusal that it can't know, and is not blocked"
      : "session \(session.name) is blocked by a trouble that passes"
  }

  func announces(_ session: String, _ generation: Int64) -> String? { generations.announce(generation, of: session) }

  func serves(
    _ session: String, _ generation: Int64, endsAt expiry: Int64, atOnce: Bool, at time: Int64
  ) -> String? {
    served += 1
    guard expiry > time else { return "a token of session \(session) is handed out \(time - expiry) ms after its end" }
    return generations.serve(generation, of: session, atOnce: atOnce)
  }

  /// A sign-out was answered as done, or another sign-in has taken the session's place.
  func signedOut(_ session: SessionView, grant: String?) {
    gone.insert(session.id)
    generations.signedOut(session.name, at: session.generation)
    guard let grant else { return }
    owed.insert(grant)
    unsettled.insert(grant)
  }

  func settled(_ grant: String) { unsettled.remove(grant) }
}
