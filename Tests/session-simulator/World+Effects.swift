import SessionModel
import Simulation

/// Feeds the machines and performs their effects, as the agent does; the process may end between any two.
extension World {
  mutating func feed(_ event: SessionMachine.Event, _ session: Int) throws {
    guard var live = process?.sessions[session] else { return }
    var seen = now
    if mutation == .ignoresBackOff, case .failed = event { seen.boot = seen.boot.adding(milliseconds: -1_000_000) }
    if mutation == .asksAtEachReturnOfTheNetwork, event == .networkReturned {
      seen.boot = seen.boot.adding(milliseconds: Int64(steps) * 20_000)
    }
    let effects = live.machine.handle(planted(event), now: seen, random: random.unit())
    process?.sessions[session] = live
    try watch.handled(event, effects, live.machine, session, self)
    if case .failed(let attempt, let failure) = event, !failure.answerLost, !live.machine.answerMayBeLost {
      write(.cleared(attempt), session, live.signIn)
    }
    for effect in effects {
      if maybeCrash(oneIn: 2000) { return }
      try perform(effect, session)
    }
  }

  private func planted(_ event: SessionMachine.Event) -> SessionMachine.Event {
    guard case .failed(let attempt, var failure) = event else { return event }
    switch failure.disposition {
    case .offline where mutation == .troubleEndsSession,
      .blocked where mutation == .unknownRefusalEndsSession:
      failure.disposition = .signInRequired(.refreshTokenRevoked)
    case .blocked where mutation == .unknownRefusalBlocksNothing: failure.disposition = .offline
    case .offline where mutation == .backOffHasNoEnd: failure.problem.retryAfterSeconds = 3600
    case .offline, .blocked, .signInRequired: break
    }
    return .failed(attempt: attempt, failure)
  }

  private mutating func perform(_ effect: SessionMachine.Effect, _ session: Int) throws {
    guard let live = process?.sessions[session] else { return }
    switch effect {
    case .recordIntent(let attempt):
      write(.intent(attempt), session, live.signIn)
      if mutation == .asksBeforeRecording {
        let now = self.now
        _ = process?.sessions[session]?.machine.handle(.intentRecorded(attempt: attempt), now: now, random: 0)
        try ask(attempt, session)
      }
    case .askProvider(let attempt):
      try ask(attempt, session)
      if mutation == .asksTwice, random.oneIn(10) { try ask(attempt, session) }
    case .persist(let attempt):
      guard let tokens = live.held[attempt] else { throw finding("tokens are to be persisted that nobody holds") }
      if mutation == .announcesBeforePersisting {
        try watch.announced(session, live.generation + 1, self)
      }
      write(.commit(attempt, tokens, anchor()), session, live.signIn)
    case .persistEnd(let reason):
      try watch.ended(session, live, reason, self)
      write(.ended(reason), session, live.signIn)
    case .arm: arm()
    case .announce(.refreshed): try watch.announced(session, live.generation, self)
    case .announce: break
    case .answerWaiters: try answerWaiters(session)
    }
  }

  private func anchor() -> TimeAnchor {
    let seen = process?.providerTime.now(now) ?? now
    return TimeAnchor(
      bootID: bootID, boot: now.boot, providerTime: seen.wall, skew: seen.wall.milliseconds - now.wall.milliseconds)
  }

  private mutating func ask(_ attempt: Int64, _ session: Int) throws {
    guard let live = process?.sessions[session] else { return }
    try watch.asks(session, live, attempt, self)
    process?.sessions[session]?.isAsking = true
    send(
      Request(
        life: life, session: session, signIn: live.signIn, attempt: attempt, token: live.refresh, sent: now.boot))
  }

  private mutating func write(_ write: Write, _ session: Int, _ signIn: Int) {
    agenda.add(.stored(life: life, session: session, signIn: signIn, write), at: time + random.from(1...4))
  }

  /// The request has ended, one way or the other.
  mutating func answered(_ request: Request, _ outcome: Outcome) throws {
    let isCurrent = process?.sessions[request.session]?.signIn == request.signIn
    if isCurrent { process?.sessions[request.session]?.isAsking = false }
    switch outcome {
    case .failed(let failure):
      guard isCurrent else { return }
      try watch.failed(request, failure, self)
      try feed(.failed(attempt: request.attempt, failure), request.session)
    case .tokens(let tokens, let date, let failsValidation):
      measure(date: date, sent: request.sent)
      if maybeCrash(oneIn: 100) { return watch.lost(request) }
      guard isCurrent else {
        // Signed out or replaced meanwhile: what came is given back.
        if let rotated = tokens.rotated { owe(rotated, request.session) }
        return
      }
      if let rotated = tokens.rotated, mutation != .keepsRotatedTokenLate {
        process?.sessions[request.session]?.refresh = rotated
      }
      if tokens.rotated != nil { watch.received(request.token) }
      write(
        .rotated(request.attempt, tokens.rotated ?? request.token, tokens, failsValidation: failsValidation),
        request.session, request.signIn)
    }
  }

  mutating func measure(date: Int64, sent: BootInstant) {
    let now = self.now
    process?.providerTime.measure(date: Timestamp(milliseconds: date), sent: sent, received: now)
  }

  /// Stores an order and has it carried out.
  mutating func owe(_ token: Int, _ session: Int) {
    if !store.isFull { store.orders["order-\(token)"] = token }
    enqueue(token, session)
  }

  /// Has a stored order carried out.
  mutating func enqueue(_ token: Int, _ session: Int) {
    let now = self.now
    let order = order("order-\(token)", of: session)
    process?.outbox.add(order, now: now)
    process?.owed[order.id] = token
    deliver()
    arm()
  }

  /// A write has come to its end.
  mutating func written(_ write: Write, _ session: Int, _ signIn: Int) throws {
    if maybeCrash() { return }
    let isCurrent = process?.sessions[session]?.signIn == signIn
    let problem = Problem(.storageFailed, "full")
    switch write {
    case .intent(let attempt):
      let done = store.change(session, signIn: signIn) {
        $0.intent = attempt; return true
      }
      if maybeCrash() || !isCurrent { return }
      try feed(done ? .intentRecorded(attempt: attempt) : .intentFailed(attempt: attempt, problem), session)
    case .rotated(let attempt, let token, let tokens, let failsValidation):
      if mutation != .keepsRotatedTokenLate, tokens.rotated != nil {
        var old: Int?
        let done = store.change(session, signIn: signIn) { row in
          guard row.intent == attempt else { return false }
          old = row.refresh
          (row.refresh, row.intent) = (token, nil)
          return true
        }
        if done, let old { watch.durable(old) }
      }
      if maybeCrash() || !isCurrent { return }
      if failsValidation {
        let failure = ProviderFailure(.offline, Problem(.offline, "no key"))
        return try feed(.failed(attempt: attempt, failure), session)
      }
      process?.sessions[session]?.held[attempt] = tokens
      try feed(.answered(attempt: attempt), session)
    case .commit(let attempt, let tokens, let anchor): try committed(attempt, tokens, anchor, session, signIn)
    case .cleared(let attempt):
      _ = store.change(session, signIn: signIn) { row in
        if row.intent == attempt { row.intent = nil }
        return true
      }
    case .ended(let reason):
      _ = store.change(session, signIn: signIn) {
        ($0.ended, $0.intent) = (reason, nil); return true
      }
    case .removed(let order, let token): removed(order, token, session, signIn)
    case .inserted(let row, let old): try inserted(row, replacing: old, session)
    }
  }

  private mutating func committed(
    _ attempt: Int64, _ tokens: SimulatedProvider.Tokens, _ anchor: TimeAnchor, _ session: Int, _ signIn: Int
  ) throws {
    guard var live = process?.sessions[session], live.signIn == signIn else { return }
    let generation = mutation == .reusesGenerations ? live.generation : live.generation + 1
    let isNew = mutation == .reusesGenerations || store.rows[session]?.signIn == signIn
    let done =
      isNew && (mutation == .reusesGenerations ? !store.isFull : store.advance(session, to: generation))
      && store.change(session, signIn: signIn) { row in
        (row.generation, row.tokens, row.anchor, row.intent, row.ended) = (generation, tokens, anchor, nil, nil)
        row.refresh = tokens.rotated ?? row.refresh
        return true
      }
    if maybeCrash() { return }
    guard done else {
      return try feed(.persistFailed(attempt: attempt, Problem(.storageFailed, "full")), session)
    }
    live.held = [:]
    live.generation = generation
    live.tokens = tokens
    live.refresh = tokens.rotated ?? live.refresh
    process?.sessions[session] = live
    let seen = mutation == .trustsLocalClock ? now : process?.providerTime.now(now) ?? now
    try feed(.persisted(attempt: attempt, TokenTimes(tokens, now: seen)), session)
  }
}
