import SessionModel
import Simulation

/// People and programs.
extension World {
  /// Programs that want a token, some of which lose patience.
  mutating func burst(_ session: Int) throws {
    guard !isCalm else { return }
    let patience = random.pick([60_000, 600_000, 7_200_000] as [Int64])
    var next = time + random.from(1...patience)
    if random.oneIn(3), let expiry = process?.sessions[session]?.machine.times.accessExpiry {
      next = max(trueTime(of: expiry), time + 1)  // at the very instant of expiry
    }
    agenda.add(.burst(session: session), at: next)
    for _ in 0..<random.pick([1, 2, 10]) {
      let minimum = random.pick([0, 0, 0, 60_000, 10_000_000] as [Int64])
      clients += 1
      if try request(minimum, session), random.oneIn(2) {
        agenda.add(.gaveUp(life: life, session: session, client: clients), at: time + random.from(0...3000))
      }
    }
  }

  /// One request; true where it waits.
  private mutating func request(_ minimum: Int64, _ session: Int) throws -> Bool {
    guard let live = process?.sessions[session] else { return false }
    let decision = live.machine.decide(.access, minimumTTL: minimum, strict: false, now: now)
    switch mutation == .servesExpired && decision == .refreshAndWait ? .serve(stale: true) : decision {
    case .serve: try watch.served(session, live, self)
    case .serveAndRefresh:
      try watch.served(session, live, self)
      try feed(.tokenWanted, session)
    case .refreshAndWait, .wait:
      process?.sessions[session]?.waiting[clients] = minimum
      if decision == .refreshAndWait { try feed(.tokenWanted, session) }
      return true
    case .refuse: break
    }
    return false
  }

  mutating func answerWaiters(_ session: Int) throws {
    guard let live = process?.sessions[session] else { return }
    for (client, minimum) in live.waiting.sorted(by: { $0.key < $1.key }) {
      switch live.machine.decide(.access, minimumTTL: minimum, strict: false, now: now) {
      case .serve, .serveAndRefresh:
        try watch.served(session, live, self)
        process?.sessions[session]?.waiting[client] = nil
      case .refuse: process?.sessions[session]?.waiting[client] = nil
      case .refreshAndWait, .wait: break
      }
    }
  }

  /// A person signs in or out, asks for a refresh, or an administrator acts.
  mutating func personActs(_ session: Int) throws {
    guard !isCalm else { return }
    agenda.add(.person(session: session), at: time + random.pick([20_000, 3_600_000, 86_400_000]))
    guard let process else { return }
    guard let live = process.sessions[session] else { return try signIn(session) }
    switch random.from(0...9) {
    case 0: try signOut(session, live)
    case 1: try signIn(session)
    case 2...5:
      try feed(.refreshAsked, session)
    case 6 where random.oneIn(4): provider.end(live.refresh, random.pick([.refreshTokenRevoked, .userDisabled]))
    default: if case .ended = live.machine.phase { try signIn(session) }
    }
  }

  private mutating func signIn(_ session: Int) throws {
    guard isNetworkUp, trouble == .none, process != nil else { return }
    signIns += 1
    let days = random.pick([1, 30]) as Int64
    let (token, tokens) = provider.signIn(
      rotates: !random.oneIn(3), grace: random.pick([0, 10_000, 60_000]), lasting: days * 86_400_000, at: time)
    measure(date: time / 1000 * 1000, sent: now.boot.adding(milliseconds: -100))
    let seen = process?.providerTime.now(now) ?? now
    let anchor = TimeAnchor(
      bootID: bootID, boot: now.boot, providerTime: seen.wall, skew: seen.wall.milliseconds - now.wall.milliseconds)
    let row = SimulatedStore.Row(
      signIn: signIns, generation: store.generations[session, default: 0] + 1, refresh: token, tokens: tokens,
      anchor: anchor)
    let old = process?.sessions[session]?.refresh
    agenda.add(.stored(life: life, session: session, signIn: signIns, .inserted(row, replacing: old)), at: time + 3)
  }

  mutating func inserted(_ row: SimulatedStore.Row, replacing old: Int?, _ session: Int) throws {
    guard store.advance(session, to: row.generation) else { return }
    store.rows[session] = row
    // The token that the replaced session has by now, not the one that it had when the person began.
    let owed = process?.sessions[session]?.refresh ?? old
    if let owed { store.orders["order-\(owed)"] = owed }
    if maybeCrash() { return }
    if process?.sessions[session] != nil { try feed(.removed, session) }
    let seen = mutation == .trustsLocalClock ? now : process?.providerTime.now(now) ?? now
    let machine = SessionMachine(
      times: TokenTimes(row.tokens, now: seen), policy: policies[session] ?? .proactive, now: now,
      random: random.unit())
    process?.sessions[session] = Process.Live(
      signIn: row.signIn, machine: machine, generation: row.generation, refresh: row.refresh, tokens: row.tokens)
    watch.signedIn(session)
    if let owed { enqueue(owed, session) }
    arm()
  }

  private mutating func signOut(_ session: Int, _ live: Process.Live) throws {
    try feed(.removed, session)
    guard process != nil else { return }
    process?.sessions[session] = nil
    agenda.add(
      .stored(
        life: life, session: session, signIn: live.signIn,
        .removed(order: "order-\(live.refresh)", token: live.refresh)),
      at: time + random.from(1...4))
  }

  mutating func removed(_ order: String?, _ token: Int, _ session: Int, _ signIn: Int) {
    guard !store.isFull else {
      // Tried again until the disk takes it.
      return agenda.add(
        .stored(life: life, session: session, signIn: signIn, .removed(order: order, token: token)), at: time + 10_000)
    }
    if let order, mutation != .forgetsOrders { store.orders[order] = token }
    if store.rows[session]?.signIn == signIn, mutation != .logoutKeepsRow { store.rows[session] = nil }
    watch.signedOut(session, signIn, token)
    if maybeCrash() { return }
    if order != nil, mutation != .forgetsOrders { enqueue(token, session) }
  }
}
