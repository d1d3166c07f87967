internal import CSystemCalls
internal import Glibc

/// Starts the user's agent where none listens, as gpg does: from the caller's own folder and never by PATH.
public struct AgentLaunch: Sendable {
  /// How long to wait for the socket.
  private static let patienceMilliseconds: Int64 = 5000
  /// The agent's exit status for a bad configuration (EX_CONFIG).
  private static let badConfiguration: Int32 = 78

  private let environment: Environment

  /// A launch under that environment; nil where `SESSION_AGENT_NO_AUTOSTART` forbids it.
  public init?(_ environment: Environment = .process) {
    guard environment["SESSION_AGENT_NO_AUTOSTART"] == nil else { return nil }
    self.environment = environment
  }

  /// Starts the agent and waits until its socket can be connected.
  func start(_ socket: String, cancel: Int32) throws(ClientError) -> SocketConnection {
    let program = try locate()
    let log = try AgentLog.open(environment)
    let pid = AgentLaunch.spawn(program, log: log.descriptor)
    guard pid > 0 else {
      throw .notStarted("The agent \(program) could not be started: \(String(cString: strerror(errno))).")
    }
    return try waitForSocket(socket, pid: pid, log, cancel: cancel)
  }

  private func waitForSocket(
    _ socket: String, pid: pid_t, _ log: borrowing AgentLog, cancel: Int32
  ) throws(ClientError) -> SocketConnection {
    let deadline = Deadline(milliseconds: AgentLaunch.patienceMilliseconds, cancel: cancel)
    var runs = true
    while true {
      do {
        return try SocketConnection(to: socket, deadline)
      } catch .notRunning {
        var status: Int32 = 0
        if runs, csystem_child_ended(pid, &status) == 1 {
          // 0: another starter was faster, and its agent will listen.
          guard status == 0 else { throw AgentLaunch.failure(status, log) }
          runs = false
        }
      }
      do {
        try deadline.pause(milliseconds: 10)
      } catch .timedOut {
        throw .notStarted("The agent was started but does not listen after 5 s. Its log: \(log.path)")
      }
    }
  }

  /// What the agent said before it ended is the best answer to why.
  private static func failure(_ status: Int32, _ log: borrowing AgentLog) -> ClientError {
    let sentence =
      if let said = log.lastSentence() { "The agent could not start: \(said)" } else {
        "The agent ended at its start with status \(status) and said nothing. Its log: \(log.path)"
      }
    return status == badConfiguration ? .notConfigured(sentence) : .notStarted(sentence)
  }

  private func locate() throws(ClientError) -> String {
    let candidates: [String]
    if let chosen = environment["SESSION_AGENT_BIN"] {
      candidates = [chosen]
    } else {
      let folder = AgentLaunch.ownFolder()
      candidates = ["\(folder)/session-agent", "\(folder)/../libexec/session-agent"]
    }
    guard let program = candidates.first(where: { $0.utf8.first == UInt8(ascii: "/") && access($0, X_OK) == 0 }) else {
      throw .notStarted(
        "No agent listens, and none can be started: there is no program \(candidates.joined(separator: " or "))."
          + " Set SESSION_AGENT_BIN to its absolute path.")
    }
    return program
  }

  /// The folder of the running program.
  private static func ownFolder() -> String {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = buffer.withUnsafeMutableBytes { bytes in
      bytes.assumingMemoryBound(to: CChar.self).baseAddress.map { readlink("/proc/self/exe", $0, bytes.count) } ?? 0
    }
    let path = buffer.prefix(max(0, length))
    let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? 0
    return String(decoding: path[..<slash], as: UTF8.self)
  }

  private static func spawn(_ program: String, log: Int32) -> pid_t {
    let arguments = [program, "--if-absent"]
    let variables = AgentEnvironment.reduce(Environment.allOfProcess())
    return withPointers(arguments) { arguments in
      withPointers(variables) { variables in csystem_spawn_daemon(program, arguments, variables, log) }
    }
  }

  /// Lends the strings as a null-terminated vector, as execve(2) takes them.
  private static func withPointers(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> pid_t
  ) -> pid_t {
    let pointers = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { $0.baseAddress.map(body) ?? -1 }
  }
}
