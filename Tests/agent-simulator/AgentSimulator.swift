import Glibc
import Simulation

/// The whole agent in simulated time: its own sessions, store, outbox, journal and clients of the provider.
@main
struct AgentSimulator {
  private static let usage = """
    agent-simulator [--seed N | --from N] [--worlds N | --seconds S] [--days D] [--plant FAULT]
    FAULT: all, or \(Plant.allCases.map(\.rawValue).joined(separator: ", "))
    """

  static func main() {
    hashTheSameEachTime()
    var marathon = Marathon(Array(CommandLine.arguments.dropFirst()), others: ["--plant"], usage: usage)
    let fault = marathon.others["--plant"]
    let plant = fault.flatMap(Plant.init)
    guard fault == nil || fault == "all" || plant != nil, let keys = try? SimulatedPool.Keys() else { leave(usage, 64) }
    if fault == "all" { findEach(keys, days: marathon.days) }
    marathon.run { seed, days in try live(seed, days, plant, keys) }
  }

  private static func live(
    _ seed: UInt64, _ days: Int64, _ plant: Plant?, _ keys: SimulatedPool.Keys
  ) throws -> Marathon.Life {
    try MainActor.assumeIsolated {
      let world = try AgentWorld(seed: seed, plant: plant, keys: keys)
      try world.run(days: days)
      return Marathon.Life(sessionDays: Int64(world.sessions) * days, steps: world.stage.steps)
    }
  }

  /// Plants each fault in turn; ends with 0 where all are found.
  private static func findEach(_ keys: SimulatedPool.Keys, days: Int64) -> Never {
    let missed = Plant.allCases.filter { plant in
      for seed in 1...60 as ClosedRange<UInt64> {
        do {
          _ = try live(seed, days, plant, keys)
        } catch {
          print("\(plant.rawValue): \(error)")
          return false
        }
      }
      return true
    }
    leave(missed.map { "\($0.rawValue) was not found" }.joined(separator: "\n"), missed.isEmpty ? 0 : 1)
  }

  private static func leave(_ words: String, _ status: Int32) -> Never {
    print(words)
    exit(status)
  }

  /// The order of dictionaries is part of a seed's life: the process begins once more with hashes that are no secret.
  private static func hashTheSameEachTime() {
    guard getenv("SWIFT_DETERMINISTIC_HASHING") == nil else { return }
    setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
  }
}
