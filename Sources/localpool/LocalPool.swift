import CognitoPool
import Foundation

/// `localpool`: the local pool as a program.
@main
struct LocalPool {
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.contains(where: ["--help", "-h"].contains) { return Output.line(Arguments.usage) }
    do {
      let configuration = try Arguments(arguments).configuration
      signal(SIGPIPE, SIG_IGN)
      let ending = EndingSignals()
      let server = try await PoolServer.start(configuration) { Output.error($0) }
      Output.line(server.readyLine)
      await ending.wait()
      await server.stop()
    } catch {
      Output.error("localpool: \(error)")
      exit(error.exitCode)
    }
  }
}

extension PoolStartError {
  /// As sysexits.h has them.
  fileprivate var exitCode: Int32 {
    switch self {
    case .usage: 64
    case .configuration: 78
    case .system: 1
    }
  }
}
