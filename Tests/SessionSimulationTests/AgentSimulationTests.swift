import Foundation
import Testing

/// The simulator is a program of its own: it takes over the process, tasks and all.
@Suite("The simulated lives of the whole agent")
struct AgentSimulationTests {
  @Test("nothing is lost, stale or done twice, whatever comes between")
  func invariants() throws {
    let run = try Run("--from", "1", "--worlds", "4", "--days", "2")
    #expect(run.status == 0, "\(run.output)")
  }

  // Those that are found within seconds; the others of `Plant` want more days than a test has.
  @Test(
    "a fault that is planted around the agent is found",
    arguments: ["sendsTwice", "clockStopsInSleep", "diskForgets"])
  func plants(plant: String) throws {
    let run = try Run("--plant", plant, "--from", "1", "--worlds", "8", "--days", "2")
    #expect(run.status == 1 && run.output.contains("FOUND"), "\(run.output)")
  }

  @Test("a seed gives the same life again")
  func deterministic() throws {
    let (first, second) = (try Run("--seed", "5", "--days", "1"), try Run("--seed", "5", "--days", "1"))
    func steps(_ run: Run) -> Substring? { run.output.split(separator: ", ").first { $0.contains("steps") } }
    #expect(steps(first) != nil && steps(first) == steps(second), "\(first.output)\(second.output)")
  }

  /// A run of the simulator.
  private struct Run {
    let status: Int32
    let output: String

    init(_ arguments: String...) throws {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(
        "agent-simulator")
      process.arguments = arguments
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      status = process.terminationStatus
    }
  }
}
