import SessionModel
import Simulation
import Testing

@testable import session_simulator

@Suite("The simulated lives of sessions")
struct SimulationTests {
  @Test("a session is never lost, never stale, and always comes right again", arguments: 0..<6)
  func invariants(part: UInt64) throws {
    for seed in (part * 20 + 1)...(part * 20 + 20) {
      var world = World(seed: seed)
      _ = try world.run(days: 20)
      #expect(world.watch.requests > 0 && world.watch.served > 0)
    }
  }

  @Test("a fault that is planted is found", arguments: Mutation.allCases)
  func mutations(mutation: Mutation) {
    #expect(found(mutation, in: 1...200) != nil, "\(mutation.rawValue) was not found")
  }

  @Test("a fault that is found is found again by its seed")
  func replays() throws {
    for mutation in [Mutation.servesExpired, .forgetsTimer, .reusesGenerations] {
      let first = try #require(found(mutation, in: 1...200))
      #expect(found(mutation, in: first.seed...first.seed)?.description == first.description)
    }
  }

  private func found(_ mutation: Mutation, in seeds: ClosedRange<UInt64>) -> Finding? {
    for seed in seeds {
      var world = World(seed: seed, mutation: mutation)
      do { _ = try world.run(days: 4) } catch { return error as? Finding }
    }
    return nil
  }

  @Test("a seed gives the same life again")
  func deterministic() throws {
    var (first, second) = (World(seed: 7), World(seed: 7))
    #expect(try first.run(days: 5) == second.run(days: 5))
    #expect(first.steps == second.steps && first.time == second.time)
    #expect(first.watch.requests == second.watch.requests && first.watch.served == second.watch.served)
  }
}
