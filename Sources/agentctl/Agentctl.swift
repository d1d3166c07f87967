import ArgumentParser
import CSystemCalls
import Glibc
import SessionAgentClient

/// Where agentctl begins.
@main
enum Agentctl {
  static func main() {
    StandardStreams.fill()
    // Before anything is read that could be a secret: no debugger or core dump of another process of the user sees it,
    // and memory that is freed is overwritten.
    _ = csystem_set_dumpable(0)
    _ = csystem_set_malloc_perturb(0xA5)
    if let token = FastToken.parse() {
      finish(json: token.format == .json) { try token.run() }
    }
    runCommand()
  }

  /// Everything but the simple `token`: parsed by ArgumentParser.
  private static func runCommand() -> Never {
    do {
      var command = try RootCommand.parseAsRoot()
      finish(json: (command as? any JSONCommand)?.json ?? false) { try command.run() }
    } catch {
      if RootCommand.exitCode(for: error) == .validationFailure, wantsJSON(CommandLine.arguments) {
        end(.usage(RootCommand.message(for: error)), json: true)
      }
      RootCommand.exit(withError: error)
    }
  }

  /// Whether a failure is to be an object, as far as arguments say that could not be parsed.
  static func wantsJSON(_ arguments: [String]) -> Bool {
    arguments.contains("--json") || arguments.contains("--format=json")
      || zip(arguments, arguments.dropFirst()).contains { $0 == "--format" && $1 == "json" }
  }

  /// Runs and ends the process: 0, or what the failure says.
  private static func finish(json: Bool, _ body: () throws -> Void) -> Never {
    do {
      try body()
      exit(0)
    } catch let failure as CommandFailure {
      end(failure, json: json)
    } catch let error as ClientError {
      end(CommandFailure(error), json: json)
    } catch {
      RootCommand.exit(withError: error)
    }
  }

  private static func end(_ failure: CommandFailure, json: Bool) -> Never {
    failure.report(json: json)
    exit(failure.exitCode)
  }
}

/// A command whose `--json` also changes how it fails.
protocol JSONCommand {
  var json: Bool { get }
}
