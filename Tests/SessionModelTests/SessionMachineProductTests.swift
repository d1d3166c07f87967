import SessionModel
import Testing

@Suite("Every state with every event")
struct SessionMachineProductTests {
  /// What a cell of the table must give: the phase afterwards, and whether anything happens.
  enum Outcome: Equatable {
    case same
    case recording
    case asking
    case persisting
    case resting
    case waiting
    case blocked
    case removed
  }

  struct Row: CustomTestStringConvertible, Sendable {
    var event: SessionMachine.Event
    /// For resting, recording, asking, persisting, waiting, blocked, unpersisted, ended, removed.
    var outcomes: [Outcome]
    var testDescription: String { "\(event)".prefix { $0 != "(" }.description }
  }

  static let states: [(name: String, make: @Sendable () -> Machine)] = [
    ("resting", { Machine() }),
    ("recording", { after(.refreshAsked) }),
    ("asking", { Machine.asking() }),
    ("persisting", { after(.refreshAsked, .intentRecorded(attempt: 1), .answered(attempt: 1)) }),
    ("waiting", { Machine.waiting() }),
    (
      "blocked",
      { after(.refreshAsked, .intentRecorded(attempt: 1), .failed(attempt: 1, Machine.failure(.blocked(.refused)))) }
    ),
    (
      "unpersisted",
      {
        after(
          .refreshAsked, .intentRecorded(attempt: 1), .answered(attempt: 1), .persistFailed(attempt: 1, Machine.problem)
        )
      }
    ),
    ("ended", { Machine.ended() }),
    ("removed", { after(.removed) }),
  ]

  static func after(_ events: SessionMachine.Event...) -> Machine {
    var machine = Machine()
    for event in events { _ = machine.handle(event) }
    return machine
  }

  //                                              resting     recording  asking       persisting  waiting     blocked     unpersisted  ended    removed
  static let table: [Row] = [
    Row(event: .due, outcomes: [.same, .same, .same, .same, .same, .same, .same, .same, .same]),
    Row(event: .tokenWanted, outcomes: [.recording, .same, .same, .same, .same, .same, .same, .same, .same]),
    Row(
      event: .refreshAsked,
      outcomes: [.recording, .same, .same, .same, .recording, .recording, .persisting, .same, .same]),
    Row(
      event: .networkReturned,
      outcomes: [.same, .same, .same, .same, .recording, .same, .persisting, .same, .same]),
    Row(
      event: .intentRecorded(attempt: 1),
      outcomes: [.same, .asking, .same, .same, .same, .same, .same, .same, .same]),
    Row(
      event: .intentFailed(attempt: 1, Machine.problem),
      outcomes: [.same, .waiting, .same, .same, .same, .same, .same, .same, .same]),
    Row(
      event: .answered(attempt: 1),
      outcomes: [.same, .same, .persisting, .same, .same, .same, .same, .same, .same]),
    Row(
      event: .failed(attempt: 1, Machine.failure(.offline)),
      outcomes: [.same, .same, .waiting, .same, .same, .same, .same, .same, .same]),
    Row(
      event: .persisted(attempt: 1, Machine.times(from: 0)),
      outcomes: [.same, .same, .same, .resting, .same, .same, .same, .same, .same]),
    Row(
      event: .persistFailed(attempt: 1, Machine.problem),
      outcomes: [.same, .same, .same, .waiting, .same, .same, .same, .same, .same]),
    Row(
      event: .profileMismatch(Machine.problem),
      outcomes: [.blocked, .blocked, .blocked, .blocked, .blocked, .blocked, .blocked, .same, .same]),
    Row(
      event: .profileMismatch(nil),
      outcomes: [.same, .same, .same, .same, .same, .same, .same, .same, .same]),
    Row(
      event: .removed,
      outcomes: [.removed, .removed, .removed, .removed, .removed, .removed, .removed, .removed, .same]),
  ]

  @Test("the table holds", arguments: table)
  func cell(row: Row) {
    #expect(row.outcomes.count == SessionMachineProductTests.states.count)
    for (state, outcome) in zip(SessionMachineProductTests.states, row.outcomes) {
      var machine = state.make()
      let before = machine.value.phase
      _ = machine.handle(row.event)
      let found = Self.outcome(machine.value.phase, before: before)
      #expect(found == outcome, "\(state.name) with \(row.event)")
    }
  }

  private static func outcome(_ phase: SessionMachine.Phase, before: SessionMachine.Phase) -> Outcome {
    switch phase {
    case before: return .same
    case .removed: return .removed
    case .resting: return .resting
    case .attempting(let attempt):
      switch attempt.step {
      case .recording: return .recording
      case .asking: return .asking
      case .persisting: return .persisting
      }
    case .waiting(let trouble): return trouble.blocked == nil ? .waiting : .blocked
    case .ended: return .same
    }
  }
}
