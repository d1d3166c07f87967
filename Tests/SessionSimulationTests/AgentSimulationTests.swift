import Foundation
import Testing

@testable import agent_simulator

/// The simulator is a program of its own: it takes over the process, tasks and all.
@Suite("The simulated lives of the whole agent")
struct AgentSimulationTests {
  @Test("nothing is lost, stale or done twice, whatever comes between")
  func invariants() throws {
    let run = try Run("--from", "1", "--worlds", "2", "--days", "1")
    #expect(run.status == 0, "\(run.output)")
  }

  @Test("a life in which a refresh by hand once came on top of the retry that began meanwhile")
  func askedMeanwhile() throws {
    let run = try Run("--seed", "20014", "--days", "2")
    #expect(run.status == 0, "\(run.output)")
  }

  @Test("a fault that is planted around the agent is found", arguments: Plant.allCases)
  func plants(plant: Plant) throws {
    let run = try Run("--plant", plant.rawValue, "--from", "1", "--worlds", "12", "--days", "2")
    #expect(run.status == 1 && run.output.contains("FOUND"), "\(run.output)")
  }

  @Test("a seed gives the same life again: what is found is found again by the arguments that are printed")
  func replays() throws {
    let first = try Run("--plant", "clockStopsInSleep", "--from", "1", "--worlds", "12", "--days", "2")
    let again = try #require(first.output.split(separator: ". Again: ").last).split(whereSeparator: \.isWhitespace)
    #expect(again.first == "--seed")
    let second = try Run(again.map(String.init))
    #expect(second.status == 1 && second.output == first.output)
  }

  /// A run of the simulator.
  private struct Run {
    let status: Int32
    let output: String

    init(_ arguments: String...) throws { try self.init(arguments) }

    init(_ arguments: [String]) throws {
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
