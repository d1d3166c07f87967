import Foundation
import NIOHTTP1
import SessionModel
import Simulation

@testable import SessionAgent

/// Everything around the agent: time, network, disk, provider, clients, people, and the power switch.
///
/// The stage's time is the true one and the provider's. The clock for deadlines is counted from `bootedAt`, the local
/// civil clock goes wrong by `wallError`; these are in milliseconds.
@MainActor
final class AgentWorld {
  let seed: UInt64
  let plant: Plant?
  let stage: Stage
  let watch = AgentWatch()
  let root: String
  var pool: SimulatedPool
  var life: AgentLife?
  var lives = 0

  var bootedAt: Int64
  var boots = 1
  var wallError: Int64 = 0
  /// How much of the time asleep the clock for deadlines has missed.
  var lostSleep: Int64 = 0
  var hasNetwork = true
  var networkChanges: UInt64 = 0
  var trouble = Trouble.none
  var isDiskFull = false
  var isCalm = false
  /// Until when things are under way that a crash would hit hardest, in microseconds.
  var isDelicateUntil: Int64 = 0
  var seenEvents: Int64 = 0
  var finding: Finding?
  var pending = Stopwatch<Pending>()
  /// When the network last came back with no trouble behind it, in microseconds.
  var networkIsBackSince: Int64?
  let sessions: Int
  let beginning: Int64 = 1_800_000_000_000

  /// How the provider fares.
  enum Trouble: CaseIterable {
    case none, refusesConnections, hangs, losesRequests, losesAnswers, cutsAnswers, failsInside, throttles
    case answersHTML, answersOtherwise, breaksTLS, redirects, refusesUnknown, hidesKeys, flaky
  }

  init(seed: UInt64, plant: Plant? = nil, keys: SimulatedPool.Keys) throws {
    self.seed = seed
    self.plant = plant
    stage = Stage(seed: seed, at: beginning * 1000)
    let life = stage.random.pick([300, 1200, 3600, 86_400])
    sessions = Int(stage.random.from(1...3))
    let clients = (0..<sessions).map { [stage] _ in
      SimulatedPool.Client(
        rotates: !stage.random.oneIn(3), graceSeconds: stage.random.pick([0, 10, 60]), accessSeconds: life,
        refreshSeconds: stage.random.pick([86_400, 30 * 86_400]))
    }
    pool = try SimulatedPool(clients, keys, seed: seed, at: Double(beginning / 1000))
    bootedAt = beginning - stage.random.from(10_000...10_000_000)
    wallError = stage.random.oneIn(3) ? stage.random.from(-7_200_000...7_200_000) : 0
    root = "/dev/shm/agent-simulator-\(getpid())-\(seed)"
  }

  var time: Int64 { stage.time / 1000 }
  var seconds: Double { Double(stage.time) / 1_000_000 }
  var bootID: String { "boot-\(boots)" }
  var now: Now {
    Now(
      wall: Timestamp(milliseconds: time + wallError), boot: BootInstant(milliseconds: time - bootedAt - lostSleep))
  }
  var reading: NetworkReading { NetworkReading(hasAddress: hasNetwork, print: networkChanges) }

  /// When that instant comes, in the stage's time.
  func trueTime(of boot: BootInstant) -> Int64 {
    let milliseconds = boot.milliseconds.addingReportingOverflow(bootedAt + lostSleep)
    return milliseconds.overflow || milliseconds.partialValue > .max / 1000 ? .max : milliseconds.partialValue * 1000
  }

  func found(_ what: String?) {
    guard let what, finding == nil else { return }
    finding = Finding(seed: seed, time: time - beginning, what: what)
  }

  /// Whether a planted fault of that kind strikes now.
  func isForgotten(_ kind: Plant) -> Bool { plant == kind && stage.random.oneIn(10) }

  /// Lives for that many days, then sees whether all comes right once the trouble ends.
  func run(days: Int64) throws {
    stage.takeJobs()
    defer { try? FileManager.default.removeItem(atPath: root) }
    try begin(in: try makeHome())
    for session in 0..<sessions {
      stage.plan(milliseconds: stage.random.from(1...600_000)) { self.burst(session) }
      stage.plan(milliseconds: stage.random.from(100...1000)) { self.person(session) }
    }
    stage.plan(milliseconds: stage.random.from(1000...3_600_000)) { self.changeOfWeather() }
    try go(until: (beginning + days * 86_400_000) * 1000)
    try calm()
    try stop()
  }

  private func go(until end: Int64) throws {
    while stage.step(until: end) {
      try check(until: min(stage.next ?? end, end))
      if !isCalm, stage.random.oneIn(stage.time < isDelicateUntil ? 250 : 40_000) { crash() }
    }
    try check(until: end)
  }

  // MARK: - The end

  /// No trouble any more: within the longest wait (a blocked session's five minutes, and one attempt) all is well.
  private func calm() throws {
    isCalm = true
    (trouble, isDiskFull) = (.none, false)
    if !hasNetwork { networkReturns() }
    life?.ask(.POST, "/v1/unlock", "{}") { _, _, _ in }
    try go(until: stage.time + 660_000_000)
    try checkAllIsWell()
  }

  private func checkAllIsWell() throws {
    guard let life, life.isServing, let agent = life.agent, agent.assumeIsolated({ $0.isOpen }) else {
      found("the agent does not run, or its store is not open")
      throw finding ?? Finding(seed: seed, time: time, what: "")
    }
    let view = agent.assumeIsolated { $0.view }
    for session in view where session.policy == .proactive {
      if case .ended = session.phase { continue }
      guard case .resting = session.phase else {
        found("session \(session.name) has not come right though nothing stands in the way: \(session.phase)")
        continue
      }
      var status = 0
      life.ask(.GET, "/v1/sessions/\(session.name)/token") { answer, body, atOnce in
        status = answer
        if answer == 200 { self.check(token: body, of: session.name, atOnce: atOnce) }
      }
      while status == 0, stage.step(until: stage.time + 30_000_000) {}
      // One that the provider refuses at this very moment was judged by the watch.
      if ![200, 401].contains(status) {
        found("session \(session.name) has no token though nothing stands in the way: \(status)")
      }
    }
    if agent.assumeIsolated({ !$0.outbox.entries.isEmpty }) { found("orders to revoke are not carried out") }
    let kept = Set(view.compactMap { pool.grant(of: $0.refreshToken) })
    for grant in watch.owed.subtracting(kept) where !pool.isOver(grant, at: seconds) {
      found("the refresh token of a session that was signed out or replaced still serves")
    }
    if let finding { throw finding }
  }

  private func stop() throws {
    var hasEnded = false
    life?.end { hasEnded = true }
    while !hasEnded, stage.step(until: stage.time + 60_000_000) {}
    guard hasEnded else { throw Finding(seed: seed, time: time - beginning, what: "the agent does not end") }
  }
}
