import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

/// Why a command ends with another code than 0.
struct CommandFailure: Error {
  /// The exit code.
  let exitCode: Int32
  /// What happened; then what to do. Nil where the person knows (Ctrl-C), or all has been said.
  let message: String?
  /// The same for programs.
  let object: JSONValue?

  private init(exitCode: Int32, message: String?, object: JSONValue?) {
    self.exitCode = exitCode
    self.message = message
    self.object = object
  }

  /// A problem, the agent's or our own.
  init(_ problem: Problem) {
    self.init(
      exitCode: problem.code.exitCode(retryable: problem.retryable), message: problem.detail,
      object: ProblemDocument(problem).json)
  }

  /// A failure to speak with the agent.
  init(_ error: ClientError) {
    guard case .problem(let document) = error else {
      let problem = Problem(.badConfiguration, error.description)
      guard error.exitCode != problem.code.exitCode(retryable: false) else {
        self.init(problem)
        return
      }
      self.init(
        exitCode: error.exitCode, message: error.description,
        object: CommandFailure.object(error.exitCode, error.description))
      return
    }
    self.init(
      exitCode: error.exitCode, message: document.problem.detail, object: document.json)
  }

  /// A wrong use of the command.
  static func usage(_ message: String) -> CommandFailure { CommandFailure(Problem(.invalidRequest, message)) }

  /// A failure that no problem's code names.
  static func failed(_ message: String, exitCode: Int32 = 1) -> CommandFailure {
    CommandFailure(exitCode: exitCode, message: message, object: object(exitCode, message))
  }

  /// The agent went away while it was followed.
  static let streamEnded = failed("The agent ended; there are no further events.", exitCode: 69)

  /// Ended by a signal.
  static func signal(_ number: Int32) -> CommandFailure {
    CommandFailure(exitCode: 128 + number, message: nil, object: nil)
  }

  /// The command has said what it had to; only its code is left.
  static func code(_ exitCode: Int32) -> CommandFailure {
    CommandFailure(exitCode: exitCode, message: nil, object: nil)
  }

  /// Says it on standard error.
  func report(json: Bool) {
    if json, let object {
      Output.error(object.text)
    } else if let message {
      Output.error("agentctl: " + Visible.text(message))
    }
  }

  /// What no agent answered: a problem object with a code of agentctl's own.
  private static func object(_ exitCode: Int32, _ detail: String) -> JSONValue {
    let notReached = exitCode == 69
    return [
      "type": "about:blank", "title": .string(notReached ? "Agent not reached" : "Failed"), "status": nil,
      "detail": .string(detail), "code": .string(notReached ? "agent_not_reached" : "failed"),
      "retryable": .bool(notReached), "retry_after_seconds": nil, "reason": nil, "session": nil, "provider": nil,
    ]
  }
}
