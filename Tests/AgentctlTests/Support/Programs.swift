import Foundation
import Glibc

/// The programs that the tests run.
enum Programs {
  /// `SESSION_AGENT_TEST_BIN`, else agentctl beside the test bundle.
  static let agentctl: String = {
    if let chosen = ProcessInfo.processInfo.environment["SESSION_AGENT_TEST_BIN"] { return chosen }
    let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("agentctl").path
  }()

  /// A script of `Tests/Fixtures`.
  static func fixture(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
  }

  /// How a program ended and what it said.
  struct Ending: Sendable {
    var status: Int32
    var output: String
    var errors: String
  }

  /// Runs a program to its end, at most 60 s.
  static func run(
    _ program: String, _ arguments: [String], input: String = "", in place: Place, environment: [String: String]
  ) throws -> Ending {
    let number = UUID().uuidString
    let child = try Child(
      "/usr/bin/timeout", ["-k", "1", "60", program] + arguments, environment: environment,
      input: try place.write(input, to: "in-" + number), output: place.path + "/out-" + number,
      errors: place.path + "/err-" + number)
    let status = child.wait()
    return Ending(status: status, output: place.read("out-" + number), errors: place.read("err-" + number))
  }

  /// Copies a program, by another process: a descriptor of ours that is open for writing would be inherited by what
  /// another test starts at that moment, and the copy could not be executed as long (ETXTBSY).
  static func copy(_ program: String, to path: String, in place: Place) throws {
    let ending = try run("/usr/bin/install", ["-m", "755", program, path], in: place, environment: [:])
    guard ending.status == 0 else { throw POSIXError(.EIO) }
  }

  /// Writes a shell script that can be run, and returns its path.
  static func script(_ text: String, to name: String, in place: Place) throws -> String {
    let path = place.path + "/" + name
    try copy(try place.write("#!/bin/sh\n" + text + "\n", to: name + ".text"), to: path, in: place)
    return path
  }

  /// Runs agentctl.
  static func agentctl(
    _ arguments: String..., input: String = "", in place: Place, _ more: [String: String] = [:]
  ) throws -> Ending {
    try run(agentctl, arguments, input: input, in: place, environment: place.environment(more))
  }
}
