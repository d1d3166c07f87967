internal import SessionModel

/// One session in memory. The agent's own: touched on its event loop only.
final class LiveSession {
  var record: SessionRecord
  var machine: SessionMachine
  /// Checked tokens of an attempt that are not durable yet.
  var held: [Int64: TokenSet] = [:]
  /// Whether its refresh token may be spent already, and is not sent before a person says so (SECURITY 3).
  var isHeldBack = false
  /// How far the local clock was off when the journal last told, in milliseconds.
  var toldSkew: Int64 = 0
  var lastError: (problem: Problem, at: Timestamp)?

  init(record: SessionRecord, machine: SessionMachine) {
    self.record = record
    self.machine = machine
  }

  /// The reason in its state, where it has one.
  var reason: SessionReason? {
    switch machine.phase {
    case .ended(let reason): reason
    case .waiting(let trouble): trouble.blocked
    case .attempting(let attempt): attempt.trouble?.blocked
    case .resting, .removed: nil
    }
  }

  /// The refresh under way.
  var attempt: SessionMachine.Attempt? {
    if case .attempting(let attempt) = machine.phase { attempt } else { nil }
  }

  var isAttempting: Bool { attempt != nil }

  /// The trouble that it is in, also while an attempt tries to end it.
  var trouble: SessionMachine.Trouble? {
    switch machine.phase {
    case .waiting(let trouble): trouble
    case .attempting(let attempt): attempt.trouble
    case .resting, .ended, .removed: nil
    }
  }
}
