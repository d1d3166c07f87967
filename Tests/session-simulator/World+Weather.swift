import SessionModel
import Simulation

/// Network, provider, clocks, disk and power, as they come.
extension World {
  mutating func changeOfWeather() throws {
    guard !isCalm else { return }
    agenda.add(.changeOfWeather, at: time + random.pick([2000, 60_000, 600_000, 3_600_000, 14_400_000]))
    switch random.from(0...11) {
    case 0...3: trouble = .none
    case 4, 5: trouble = random.pick(Trouble.allCases)
    case 6: isNetworkUp = false
    case 7:
      try networkChanges(isUp: true)
    case 8: store.isFull = random.oneIn(3)
    case 9:
      time += random.pick([60_000, 3_600_000, 28_800_000])  // suspend: nothing runs meanwhile
      willingSince = nil
      try resumed()
    // Only while something holds the agent to the right time: a clock that is set back by hand after a reboot, before
    // any answer of the provider, deceives anybody.
    case 10 where process != nil && store.rows.values.allSatisfy { $0.anchor.bootID == bootID }:
      wallError = random.oneIn(2) ? 0 : random.from(-7_200_000...7_200_000)
    default: if random.oneIn(3) { reboot() } else { flap() }
    }
  }

  private mutating func resumed() throws {
    isNetworkUp = true
    try tick()
    try networkReturned()
  }

  private mutating func reboot() {
    crash()
    boots += 1
    bootedAt = time
    // Set right or not; a clock that goes wrong while the machine is off can't be told by anybody.
    wallError = random.oneIn(2) ? 0 : max(wallError, 0)
    isNetworkUp = true
  }

  /// The network comes and goes many times in a few seconds, or within a minute.
  private mutating func flap() {
    let longest: Int64 = random.pick([150, 3000])
    var moment = time
    for _ in 0..<20 {
      agenda.add(.network(isUp: false), at: moment)
      moment += random.from(1...longest)
      agenda.add(.network(isUp: true), at: moment)
      moment += random.from(1...longest)
    }
  }

  mutating func networkChanges(isUp: Bool) throws {
    guard !isCalm else { return }
    isNetworkUp = isUp
    if isUp { try networkReturned() }
  }

  mutating func networkReturned() throws {
    guard process != nil else { return }
    let boot = now.boot
    process?.outbox.hurry(boot)
    for session in (process?.sessions.keys).map(Array.init)?.sorted() ?? [] { try feed(.networkReturned, session) }
    arm()
  }

  /// What becomes of a request, by the weather.
  mutating func send(_ request: Request) {
    var request = request
    func failure(_ code: ProblemCode, lost: Bool, after: Int? = nil) -> Outcome {
      .failed(
        ProviderFailure(.offline, Problem(code, "trouble", retryAfterSeconds: after), answerLost: lost))
    }
    func later(_ outcome: Outcome, _ milliseconds: Int64) {
      agenda.add(.answered(request, outcome), at: time + milliseconds)
    }
    guard isNetworkUp else { return later(failure(.offline, lost: false), 1) }
    let weather = trouble == .flaky ? random.pick(Trouble.allCases) : trouble
    switch weather {
    case .none, .flaky: break
    case .refusesConnections: return later(failure(.offline, lost: false), 5)
    case .hangs, .losesRequests: return later(failure(.offline, lost: true), 10_000)
    case .losesAnswers: request.losesAnswer = true
    case .failsInside: return later(failure(.providerError, lost: false), 50)
    case .throttles: return later(failure(.throttled, lost: false, after: 30), 50)
    case .answersHTML: return later(failure(.offline, lost: false), 50)
    case .refusesUnknown:
      return later(.failed(ProviderFailure(.blocked(.refused), Problem(.providerError, "no"))), 50)
    case .validationFails: request.failsValidation = true
    }
    agenda.add(.arrives(request), at: time + random.from(5...400))
  }

  /// The provider acts; whether anybody hears of it is another question.
  mutating func arrives(_ request: Request) throws {
    let answer = provider.refresh(request.token, at: time)
    // Sent by a process that has ended since: nobody hears the answer.
    if request.life != life { watch.lost(request) }
    let outcome: Outcome
    switch answer {
    case .tokens(let tokens):
      outcome = .tokens(tokens, date: time / 1000 * 1000, failsValidation: request.failsValidation)
    case .refused(let reason):
      watch.refused(request, reason, isHeard: request.life == life)
      outcome = .failed(ProviderFailure(.signInRequired(reason), Problem(.signInRequired, "no")))
    }
    if request.losesAnswer {
      watch.lost(request)
      let lost = ProviderFailure(.offline, Problem(.offline, "lost"), answerLost: true)
      return agenda.add(.answered(request, .failed(lost)), at: time + 50)
    }
    agenda.add(.answered(request, outcome), at: time + random.from(5...400))
  }
}
