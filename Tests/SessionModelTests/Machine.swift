import SessionModel

/// A machine with a clock in the hand and no randomness: an hour's tokens from boot instant 0.
struct Machine {
  var value: SessionMachine
  var clock: Int64

  init(policy: RefreshPolicy = .proactive, unfinished: Int64? = nil) {
    clock = 0
    value = SessionMachine(
      times: Machine.times(from: 0), policy: policy, unfinished: unfinished, now: Machine.now(0), random: 0)
  }

  /// In its first attempt, the provider asked.
  static func asking() -> Machine {
    var machine = Machine()
    _ = machine.handle(.refreshAsked)
    _ = machine.handle(.intentRecorded(attempt: 1))
    return machine
  }

  /// After one failed attempt, at that boot instant.
  static func waiting(at clock: Int64 = 0) -> Machine {
    var machine = asking()
    machine.clock = clock
    _ = machine.handle(.failed(attempt: 1, failure(.offline)))
    return machine
  }

  static func ended() -> Machine {
    var machine = asking()
    _ = machine.handle(.failed(attempt: 1, failure(.signInRequired(.refreshTokenRevoked))))
    return machine
  }

  var now: Now { Machine.now(clock) }

  mutating func handle(_ event: SessionMachine.Event, at time: Int64? = nil) -> [SessionMachine.Effect] {
    clock = time ?? clock
    return value.handle(event, now: now, random: 0)
  }

  func decide(_ type: TokenType) -> SessionMachine.TokenDecision {
    value.decide(type, minimumTTL: 0, strict: false, now: now)
  }

  /// What an event brings forth where it changes nothing: a timer that fires is armed anew.
  func silent(_ event: SessionMachine.Event) -> [SessionMachine.Effect] { event == .due ? [.arm] : [] }

  static func now(_ clock: Int64) -> Now {
    Now(wall: Timestamp(milliseconds: 1_800_000_000_000 + clock), boot: BootInstant(milliseconds: clock))
  }

  static func times(from start: Int64) -> TokenTimes {
    let expiry = BootInstant(milliseconds: start + 3_600_000)
    return TokenTimes(
      receivedAt: BootInstant(milliseconds: start), accessExpiry: expiry, idExpiry: expiry, life: 3_600_000)
  }

  /// Has an attempt that was begun fail with a provider that asks to be left alone for a minute.
  mutating func failForAMinute(_ attempt: Int64) {
    let problem = Problem(.throttled, "Too many requests.", retryAfterSeconds: 60)
    _ = handle(.intentRecorded(attempt: attempt))
    _ = handle(.failed(attempt: attempt, ProviderFailure(.offline, problem)))
  }

  static let problem = Problem(.offline, "The provider does not answer.")

  static func failure(_ disposition: Disposition) -> ProviderFailure { ProviderFailure(disposition, problem) }

  /// Each kind of event once, for attempt 1.
  static let everyEvent: [SessionMachine.Event] = [
    .due, .tokenWanted, .refreshAsked, .networkReturned, .intentRecorded(attempt: 1),
    .intentFailed(attempt: 1, problem), .answered(attempt: 1), .failed(attempt: 1, failure(.offline)),
    .persisted(attempt: 1, times(from: 0)), .persistFailed(attempt: 1, problem), .policyChanged(.onDemand),
    .profileMismatch(problem), .profileMismatch(nil), .removed,
  ]
}
