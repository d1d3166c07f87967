import SessionModel
import Testing

@Suite("Random sequences of events")
struct SessionMachineSequenceTests {
  /// A small generator (SplitMix64), so that a failing seed can be run again.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return z ^ z >> 31
    }
  }

  @Test(
    "never two refreshes at once, nothing announced before it is durable, nothing after sign-out", arguments: 0..<200)
  func invariants(seed: Int) {
    var generator = Generator(state: UInt64(seed))
    var machine = Machine()
    var world = World()
    for _ in 0..<400 {
      machine.clock += Int64.random(in: 0...600_000, using: &generator)
      let event = world.next(machine.value, using: &generator)
      let wasRemoved = machine.value.phase == .removed
      let effects = machine.handle(event)
      world.observe(event, effects, seed: seed)
      if wasRemoved { #expect(effects.allSatisfy { $0 == .arm || $0 == .answerWaiters }, "seed \(seed)") }
    }
  }

  /// The world around the machine: what is under way, and what was made durable.
  struct World {
    var recording: Int64?
    var asking: Int64?
    var persisting: Int64?
    var durable = false

    mutating func next(_ machine: SessionMachine, using generator: inout Generator) -> SessionMachine.Event {
      var choices: [SessionMachine.Event] = [.due, .tokenWanted, .refreshAsked, .holdReleased, .networkReturned]
      if let recording {
        choices += [.intentRecorded(attempt: recording), .intentFailed(attempt: recording, Machine.problem)]
      }
      if let asking {
        choices += [
          .answered(attempt: asking), .failed(attempt: asking, Machine.failure(.offline)),
          .failed(attempt: asking, Machine.failure(.blocked(.refused))),
        ]
      }
      if let persisting {
        choices += [
          .persisted(attempt: persisting, machine.times), .persistFailed(attempt: persisting, Machine.problem),
        ]
      }
      if Int.random(in: 0..<500, using: &generator) == 0 { return .removed }
      return choices.randomElement(using: &generator) ?? .due
    }

    mutating func observe(_ event: SessionMachine.Event, _ effects: [SessionMachine.Effect], seed: Int) {
      switch event {
      case .intentRecorded, .intentFailed: recording = nil
      case .answered, .failed: asking = nil
      case .persisted:
        persisting = nil
        durable = true
      case .persistFailed: persisting = nil
      case .due, .tokenWanted, .refreshAsked, .holdReleased, .networkReturned, .policyChanged, .profileMismatch,
        .removed:
        break
      }
      for effect in effects {
        let isIdle = recording == nil && asking == nil && persisting == nil
        switch effect {
        case .recordIntent(let attempt):
          #expect(isIdle, "seed \(seed)")
          recording = attempt
        case .askProvider(let attempt):
          #expect(isIdle, "seed \(seed)")
          asking = attempt
        case .persist(let attempt):
          #expect(isIdle, "seed \(seed)")
          persisting = attempt
        case .announce(.refreshed):
          #expect(durable, "seed \(seed)")
          durable = false
        case .persistEnd, .arm, .answerWaiters, .announce: break
        }
      }
    }
  }
}
