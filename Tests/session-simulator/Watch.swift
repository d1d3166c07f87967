import SessionModel
import Simulation

/// What must hold, whatever happens. It keeps its own account of the world and asks the agent nothing.
struct Watch {
  private var tokens = TokenAccount<Int, Int>()
  private var generations = GenerationAccount<Int>()
  private var gone: Set<Int> = []
  private(set) var signedOutTokens: [Int] = []
  private var paces: [Int: SessionPace] = [:]
  private(set) var requests = 0
  private(set) var served = 0

  /// How often a failing provider may be asked for one session.
  private struct SessionPace {
    var pace = Pace()
    /// When a return of the network, and when a person, last cut a back-off short.
    var returned: Int64 = .min / 2
    var asked: Int64 = .min / 2
  }

  // MARK: - What happens outside

  mutating func lost(_ request: World.Request) { tokens.lostAnswer(to: request.token) }
  mutating func refused(_ request: World.Request, _ reason: SessionReason, isHeard: Bool) {
    tokens.refused(request.signIn, asReused: reason == .refreshTokenReused, isHeard: isHeard)
  }
  mutating func received(_ token: Int) { tokens.receivedSuccessor(of: token) }
  mutating func durable(_ token: Int) { tokens.storedSuccessor(of: token) }
  mutating func signedIn(_ session: Int) { paces[session] = nil }

  mutating func crashed() {
    tokens.crashed()
    paces = [:]
  }

  mutating func signedOut(_ session: Int, _ signIn: Int, _ token: Int) {
    gone.insert(signIn)
    signedOutTokens.append(token)
    paces[session] = nil
  }

  // MARK: - What the agent does

  mutating func asks(_ session: Int, _ live: Process.Live, _ attempt: Int64, _ world: World) throws {
    requests += 1
    if live.isAsking { throw world.finding("two refreshes of session \(session) are under way") }
    if tokens.isSpent(live.refresh) { throw world.finding("spent refresh token \(live.refresh) is sent") }
    if let row = world.store.rows[session], row.signIn == live.signIn, row.intent != attempt {
      throw world.finding("attempt \(attempt) is sent before its intent is durable")
    }
    try world.throwFault(paces[session]?.pace.fault(of: "\(session)", at: world.time))
  }

  /// What may cut a back-off short does so at most once in ten seconds.
  private mutating func cutShort(
    _ event: SessionMachine.Event, _ effects: [SessionMachine.Effect], _ machine: SessionMachine, _ session: Int,
    _ world: World
  ) throws {
    var pace = paces[session, default: SessionPace()]
    let begins = effects.contains { if case .recordIntent = $0 { true } else { false } }
    let isEarly = pace.pace.isEarly(at: world.time)
    switch event {
    case .networkReturned where begins:
      if isEarly, world.time - pace.returned < 10_000 {
        throw world.finding("session \(session) is tried at each return of the network")
      }
      // One that was due in any case, and begins as the machine wakes up, cuts nothing short.
      if pace.pace.failures > 0 { pace.returned = world.time }
      pace.pace.startsOver()
    case .networkReturned where effects == [.arm]:
      let next = machine.deadline.map { world.trueTime(of: $0) } ?? .max
      if next - pace.returned < 10_000 { throw world.finding("session \(session) will be tried too soon") }
      pace.returned = next
      pace.pace.maySoonBegin(at: next)
    case .networkReturned where effects.isEmpty:
      guard case .attempting(let attempt) = machine.phase, attempt.failuresBefore == 0, pace.pace.failures > 0
      else { break }
      if world.time - pace.returned < 10_000 {
        throw world.finding("session \(session)'s back-off starts over at each return of the network")
      }
      pace.returned = world.time
      pace.pace.startsOver()
    case .refreshAsked where begins:
      if isEarly, world.time - pace.asked < 10_000 { throw world.finding("session \(session) is tried at each wish") }
      pace.asked = world.time
      // A return that waited for its turn has it with this attempt.
      pace.returned = min(pace.returned, world.time)
      pace.pace.startsOver()
    case .due, .tokenWanted, .refreshAsked, .holdReleased, .networkReturned, .intentRecorded, .intentFailed, .answered,
      .failed,
      .persisted, .persistFailed, .policyChanged, .profileMismatch, .removed:
      break
    }
    paces[session] = pace
  }

  mutating func failed(_ request: World.Request, _ failure: ProviderFailure, _ world: World) throws {
    guard let live = world.process?.sessions[request.session] else { return }
    var pace = paces[request.session, default: SessionPace()]
    switch failure.disposition {
    case .offline where failure.answerLost && !live.machine.answerMayBeLost:
      pace.pace.failed(.firstLoss, at: world.time)
    case .offline:
      pace.pace.failed(.passing(retryAfter: Int64(failure.problem.retryAfterSeconds ?? 0) * 1000), at: world.time)
    case .blocked: pace.pace.failed(.blocked, at: world.time)
    case .signInRequired: return
    }
    paces[request.session] = pace
  }

  mutating func handled(
    _ event: SessionMachine.Event, _ effects: [SessionMachine.Effect], _ machine: SessionMachine, _ session: Int,
    _ world: World
  ) throws {
    try cutShort(event, effects, machine, session, world)
    switch event {
    case .failed(_, let failure):
      if !effects.isEmpty { try world.throwFault(fault(failure.disposition, machine.phase)) }
    case .due, .tokenWanted, .refreshAsked, .holdReleased, .networkReturned, .intentRecorded, .intentFailed, .answered,
      .persisted,
      .persistFailed, .policyChanged, .profileMismatch, .removed:
      break
    }
  }

  /// A trouble waits, a refusal that isn't known blocks, and only one that is for good ends.
  private func fault(_ disposition: Disposition, _ phase: SessionMachine.Phase) -> String? {
    switch (disposition, phase) {
    case (.offline, .ended), (.blocked, .ended): "a session ended without a definite refusal"
    case (.blocked, .waiting(let trouble)) where trouble.blocked == nil: "a refusal that isn't known does not block"
    case (.offline, .waiting(let trouble)) where trouble.blocked != nil: "a trouble that passes blocks"
    case (.offline, _), (.blocked, _), (.signInRequired, _): nil
    }
  }

  func ended(_ session: Int, _ live: Process.Live, _ reason: SessionReason, _ world: World) throws {
    try world.throwFault(
      tokens.fault(ofEnd: "\(session)", live.signIn, live.refresh, saysLost: reason == .refreshAnswerLost))
  }

  mutating func announced(_ session: Int, _ generation: Int64, _ world: World) throws {
    guard let row = world.store.rows[session], row.generation >= generation else {
      throw world.finding("generation \(generation) of session \(session) is announced and not durable")
    }
    try world.throwFault(generations.announce(generation, of: session))
    paces[session] = nil
  }

  mutating func served(_ session: Int, _ live: Process.Live, _ world: World) throws {
    served += 1
    guard live.tokens.expires > world.time else {
      throw world.finding(
        "an access token of session \(session) is handed out \(world.time - live.tokens.expires) ms after its end")
    }
    try world.throwFault(generations.serve(live.generation, of: session, atOnce: true))
    guard !gone.contains(live.signIn) else { throw world.finding("a session that was signed out is served") }
  }

  func isGone(_ signIn: Int) -> Bool { gone.contains(signIn) }
}

extension World {
  /// After each step.
  mutating func check() throws {
    try checkAllComesRight()
    for (session, row) in store.rows where watch.isGone(row.signIn) {
      throw finding("session \(session) was signed out and its secrets are still stored")
    }
  }

  /// With network and a willing provider a session comes right within the longest wait and the attempts around it.
  private mutating func checkAllComesRight() throws {
    guard isNetworkUp, trouble == .none, !store.isFull, let process else { return willingSince = nil }
    let since = willingSince ?? time
    willingSince = since
    guard time - since > 345_000 else { return }
    for (session, live) in process.sessions.sorted(by: { $0.key < $1.key }) where live.machine.policy == .proactive {
      guard case .waiting(let trouble) = live.machine.phase else { continue }
      throw finding("session \(session) waits and nothing has stood in the way for \(time - since) ms: \(trouble)")
    }
  }

  /// Once nothing has stood in the way for long enough.
  mutating func checkAllIsWell() throws {
    guard let process else { throw finding("the agent does not run") }
    for (session, live) in process.sessions.sorted(by: { $0.key < $1.key }) {
      if case .ended = live.machine.phase { continue }
      if live.machine.policy == .onDemand { continue }
      guard live.tokens.expires > time, live.machine.remaining(.access, now: now) > 0 else {
        throw finding("session \(session) is not fresh again though nothing stands in the way: \(live.machine.phase)")
      }
    }
    guard process.outbox.entries.isEmpty else { throw finding("orders to revoke are not carried out") }
    for token in watch.signedOutTokens where provider.refusal(token) == nil && !provider.isOver(token, at: time) {
      throw finding("the refresh token of a session that was signed out still serves")
    }
  }
}
