import SessionModel
import Simulation

/// The agent's memory.
struct Process {
  var sessions: [Int: Live] = [:]
  var outbox = Outbox()
  /// Refresh tokens of the orders, by id.
  var owed: [String: Int] = [:]
  var providerTime = ProviderTime()
  var timerVersion = 0

  struct Live {
    var signIn: Int
    var machine: SessionMachine
    var generation: Int64
    var refresh: Int
    var tokens: SimulatedProvider.Tokens
    var held: [Int64: SimulatedProvider.Tokens] = [:]
    var isAsking = false
    /// Clients that wait, with what they asked for.
    var waiting: [Int: Int64] = [:]
  }
}

extension TokenTimes {
  init(_ tokens: SimulatedProvider.Tokens, now: Now) {
    let token = Token(
      value: World.noSecret, issuedAt: Timestamp(milliseconds: tokens.issued),
      expiresAt: Timestamp(milliseconds: tokens.expires), claims: nil)
    self.init(TokenSet(access: token, id: nil, refreshToken: nil), now: now)
  }
}

extension World {
  static let noSecret = Secret(copying: [0])

  /// The agent starts and takes in what is durable.
  mutating func start() throws {
    guard process == nil else { return }
    life += 1
    var process = Process()
    for (session, row) in store.rows.sorted(by: { $0.key < $1.key }) {
      process.providerTime = ProviderTime(anchor: row.anchor, bootID: bootID)
      let seen = mutation == .trustsLocalClock ? now : row.anchor.providerNow(now, bootID: bootID)
      process.sessions[session] = Process.Live(
        signIn: row.signIn,
        machine: SessionMachine(
          times: TokenTimes(row.tokens, now: seen), policy: policies[session] ?? .proactive, unfinished: row.intent,
          ended: row.ended, now: now, random: random.unit()),
        generation: row.generation, refresh: row.refresh, tokens: row.tokens)
    }
    for (id, token) in store.orders.sorted(by: { $0.key < $1.key }) {
      process.outbox.add(order(id, of: 0), now: now)
      process.owed[id] = token
    }
    self.process = process
    arm()
  }

  /// The one timer, at the earliest deadline of all.
  mutating func arm() {
    guard let process else { return }
    let deadlines = process.sessions.values.compactMap(\.machine.deadline) + [process.outbox.deadline].compactMap { $0 }
    self.process?.timerVersion += 1
    guard let next = deadlines.min(), let version = self.process?.timerVersion else { return }
    if mutation == .forgetsTimer, random.oneIn(20) { return }
    agenda.add(.tick(life: life, version: version), at: max(trueTime(of: next), time))
  }

  mutating func tick() throws {
    guard let process else { return }
    for session in process.sessions.keys.sorted() {
      if let deadline = self.process?.sessions[session]?.machine.deadline, deadline <= now.boot {
        try feed(.due, session)
      }
    }
    deliver()
    arm()
  }

  mutating func deliver() {
    let boot = now.boot
    guard let orders = process?.outbox.take(boot) else { return }
    for order in orders { agenda.add(.revoke(life: life, order: order.id), at: time + random.from(5...500)) }
  }

  func order(_ id: String, of session: Int) -> RevocationOrder {
    let name = Name("s\(session)") ?? World.name
    return RevocationOrder(
      id: id, session: name, profile: name,
      binding: SessionBinding(
        issuer: "i", tokenEndpoint: "t", revocationEndpoint: "r", clientID: "c", userPoolID: nil, caFile: nil),
      refreshToken: World.noSecret, createdAt: now.wall, givesUpAt: now.wall.adding(milliseconds: 30 * 86_400_000))
  }

  private static let name: Name = {
    guard let name = Name("s") else { preconditionFailure("of the grammar") }
    return name
  }()

  /// An order is carried out, or put off.
  mutating func revoke(_ id: String) throws {
    guard let token = process?.owed[id] else { return }
    if isNetworkUp, trouble == .none {
      provider.end(token, .refreshTokenRevoked)
      if maybeCrash() { return }
      process?.outbox.remove(id)
      process?.owed[id] = nil
      if !store.isFull { store.orders[id] = nil }
    } else {
      let (now, chance) = (self.now, random.unit())
      _ = process?.outbox.failed(id, Problem(.offline, "no"), now: now, random: chance)
    }
    arm()
  }
}
