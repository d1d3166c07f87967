import SessionModel
import Simulation

/// Everything around the agent: time, network, disk, provider, clients, and the power switch.
///
/// `time` is the true time in milliseconds, by which all is ordered. The boot clock is counted from `bootedAt`, the
/// local civil clock goes wrong by `wallError`, the provider's is right.
struct World {
  let seed: UInt64
  let mutation: Mutation?
  var random: Generator
  var agenda = Agenda<Happening>()
  var time: Int64 = 1_800_000_000_000
  let beginning: Int64 = 1_800_000_000_000
  var bootedAt: Int64
  var boots = 1
  var wallError: Int64 = 0

  var isNetworkUp = true
  var trouble: Trouble = .none
  /// Since when nothing has stood in the way of a refresh.
  var willingSince: Int64?
  var isCalm = false
  var provider: SimulatedProvider
  var store = SimulatedStore()
  var process: Process?
  /// Counts the agent's processes: what belongs to an earlier one is dropped.
  var life = 0

  var signIns = 0
  var clients = 0
  var policies: [Int: RefreshPolicy] = [:]
  var watch = Watch()
  var steps = 0

  /// How the provider fares.
  enum Trouble: CaseIterable {
    case none, refusesConnections, hangs, losesRequests, losesAnswers, failsInside, throttles, answersHTML
    case refusesUnknown, validationFails, flaky
  }

  /// What can happen.
  enum Happening {
    case tick(life: Int, version: Int)
    case stored(life: Int, session: Int, signIn: Int, Write)
    case arrives(Request)
    case answered(Request, Outcome)
    case burst(session: Int)
    case gaveUp(life: Int, session: Int, client: Int)
    case changeOfWeather
    case network(isUp: Bool)
    case person(session: Int)
    case start
    case revoke(life: Int, order: String)
  }

  struct Request {
    /// The process that sent it.
    var life: Int
    var session: Int
    var signIn: Int
    var attempt: Int64
    var token: Int
    var sent: BootInstant
    var losesAnswer = false
    var failsValidation = false
  }

  /// How a request ended for whoever sent it.
  enum Outcome {
    case tokens(SimulatedProvider.Tokens, date: Int64, failsValidation: Bool)
    case failed(ProviderFailure)
  }

  /// What is on its way to the disk.
  enum Write {
    case intent(Int64)
    case rotated(Int64, Int, SimulatedProvider.Tokens, failsValidation: Bool)
    case commit(Int64, SimulatedProvider.Tokens, TimeAnchor)
    case cleared(Int64)
    case ended(SessionReason)
    case removed(order: String?, token: Int)
    case inserted(SimulatedStore.Row, replacing: Int?)
  }

  init(seed: UInt64, mutation: Mutation? = nil) {
    self.seed = seed
    self.mutation = mutation
    random = Generator(seed: seed)
    provider = SimulatedProvider(life: random.pick([300_000, 3_600_000, 3_600_000, 86_400_000]))
    bootedAt = 1_800_000_000_000 - random.from(10_000...10_000_000)
    wallError = random.oneIn(3) ? random.from(-10_000_000...10_000_000) : 0
  }

  var now: Now {
    Now(
      wall: Timestamp(milliseconds: time + wallError), boot: BootInstant(milliseconds: time - bootedAt))
  }
  var bootID: String { "boot-\(boots)" }

  func trueTime(of boot: BootInstant) -> Int64 { boot.milliseconds + bootedAt }

  func throwFault(_ fault: String?) throws { if let fault { throw finding(fault) } }

  func finding(_ what: String) -> Finding { Finding(seed: seed, time: time - beginning, what: what) }

  /// Lives for that many days, then sees whether all comes right once the trouble ends.
  mutating func run(days: Int64) throws -> Int {
    let sessions = Int(random.from(1...3))
    for session in 0..<sessions {
      policies[session] = random.oneIn(4) ? .onDemand : .proactive
      agenda.add(.burst(session: session), at: time + random.from(1...600_000))
      agenda.add(.person(session: session), at: time + random.from(1...1000))
    }
    agenda.add(.start, at: time)
    agenda.add(.changeOfWeather, at: time + random.from(1000...3_600_000))
    let end = time + days * 86_400_000
    while time < end, let (due, item) = agenda.take() {
      time = max(time, due)
      try happen(item)
      try check()
    }
    try calm()
    return sessions
  }

  /// No trouble any more: within the longest wait (a blocked session's five minutes, and one attempt) all is well.
  private mutating func calm() throws {
    isCalm = true
    (isNetworkUp, trouble, store.isFull) = (true, .none, false)
    if process == nil { agenda.add(.start, at: time) }
    try networkReturned()
    let end = time + 660_000
    while let (due, item) = agenda.take(), due <= end {
      time = max(time, due)
      try happen(item)
      try check()
    }
    time = max(time, end)
    try checkAllIsWell()
  }

  mutating func happen(_ item: Happening) throws {
    steps += 1
    switch item {
    case .tick(let life, let version):
      if life == self.life, process?.timerVersion == version { try tick() }
    case .stored(let life, let session, let signIn, let write):
      if life == self.life { try written(write, session, signIn) }
    case .arrives(let request): try arrives(request)
    case .answered(let request, let outcome):
      if request.life == life, process != nil { try answered(request, outcome) } else { watch.lost(request) }
    case .burst(let session): try burst(session)
    case .gaveUp(let life, let session, let client):
      if life == self.life { process?.sessions[session]?.waiting[client] = nil }
    case .changeOfWeather: try changeOfWeather()
    case .network(let isUp): try networkChanges(isUp: isUp)
    case .person(let session): try personActs(session)
    case .start: try start()
    case .revoke(let life, let order): if life == self.life { try revoke(order) }
    }
  }

  /// The process ends here and now, in the middle of whatever it does.
  mutating func maybeCrash(oneIn count: Int = 400) -> Bool {
    guard !isCalm, process != nil, random.oneIn(count) else { return false }
    crash()
    return true
  }

  mutating func crash() {
    process = nil
    life += 1
    watch.crashed()
    agenda.add(.start, at: time + random.pick([200, 5000, 50_000, 600_000]))
  }
}
