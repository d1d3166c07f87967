internal import Glibc
public import SessionAPI
public import SessionModel

/// Why a call to the agent did not succeed.
public enum ClientError: Error, Hashable, Sendable {
  /// The agent answered with a problem.
  case problem(ProblemDocument)
  /// No agent listens on the socket.
  case notRunning(socket: String)
  /// The agent could not be started; the sentence says why.
  case notStarted(String)
  /// The agent ended at its start because of its configuration; the sentence says what is wrong with it.
  case notConfigured(String)
  /// The socket's path can't be used; the sentence says why.
  case badSocketPath(String)
  /// The server runs under another uid. Nothing was sent to it.
  case otherUser(socket: String, uid: UInt32)
  /// The socket could not be connected: the system's error number.
  case unreachable(socket: String, errno: Int32)
  /// The connection ended before the answer did.
  case connectionLost
  /// No answer in time.
  case timedOut
  /// The answer is not what the agent is documented to say; the sentence says how.
  case malformedAnswer(String)
  /// The caller's cancel descriptor became readable.
  case cancelled
}

extension ClientError {
  /// The agent's problem, where it is one.
  public var problem: Problem? {
    guard case .problem(let document) = self else { return nil }
    return document.problem
  }

  /// The exit code of a command that ends with this error.
  public var exitCode: Int32 {
    switch self {
    case .problem(let document): document.problem.code.exitCode(retryable: document.problem.retryable)
    case .badSocketPath, .notConfigured: ProblemCode.badConfiguration.exitCode(retryable: false)
    case .notRunning, .notStarted, .otherUser, .unreachable, .connectionLost, .timedOut: 69
    case .malformedAnswer, .cancelled: 1
    }
  }
}

extension ClientError: CustomStringConvertible {
  /// What happened; then what to do.
  public var description: String {
    switch self {
    case .problem(let document): document.problem.detail
    case .notRunning(let socket): "No agent listens on \(socket). Start it: session-agent"
    case .notStarted(let why), .notConfigured(let why), .badSocketPath(let why): why
    case .otherUser(let socket, let uid):
      "The program that listens on \(socket) runs under another user (uid \(uid)); nothing was sent to it."
        + " Look whose it is, or set SESSION_AGENT_SOCK to your own agent's socket."
    case .unreachable(let socket, let errno):
      "The socket \(socket) can't be connected: \(String(cString: strerror(errno)))."
    case .connectionLost: "The agent closed the connection before it had answered. See \(AgentLog.whereabouts)."
    case .timedOut: "The agent did not answer in time. See \(AgentLog.whereabouts)."
    case .malformedAnswer(let how): "The agent's answer is not as documented: \(how)"
    case .cancelled: "Cancelled."
    }
  }
}
