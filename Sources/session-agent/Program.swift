internal import Glibc
internal import SessionAgent

@main
enum Program {
  private static let help = """
    USAGE: session-agent [--if-absent]

    Keeps your sign-ins, renews their tokens and hands them to your programs over a unix socket. Runs in the
    foreground and logs to standard error; agentctl starts it by itself when it is needed.

    OPTIONS:
      --if-absent   End with 0, saying nothing, where an agent is already running.
      --version     Show the version.
      -h, --help    Show this help.

    """

  static func main() {
    AgentProgram.harden(arguments: CommandLine.arguments)
    switch CommandLine.arguments.dropFirst() {
    case []: AgentProgram.run(ifAbsent: false, environment: environment)
    case ["--if-absent"]: AgentProgram.run(ifAbsent: true, environment: environment)
    case ["--version"]: print("session-agent \(AgentProgram.version)")
    case ["--help"], ["-h"]: print(help, terminator: "")
    case let arguments:
      let line = Array("session-agent: unknown argument in \"\(arguments.joined(separator: " "))\"\n\n\(help)".utf8)
      _ = write(2, line, line.count)
      exit(64)
    }
  }

  private static var environment: [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let pair = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
      next += 1
    }
    return variables
  }
}
