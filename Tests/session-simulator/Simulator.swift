import Simulation

/// The lives of sessions: the real machine, schedule and outbox in a world of models.
@main
struct Simulator {
  static func main() {
    var marathon = Marathon(
      Array(CommandLine.arguments.dropFirst()),
      usage: "session-simulator [--seed N | --from N] [--worlds N | --seconds S] [--days D]")
    marathon.run { seed, days in
      var world = World(seed: seed)
      let sessions = try world.run(days: days)
      return Marathon.Life(sessionDays: Int64(sessions) * days, steps: world.steps)
    }
  }
}
