package import SessionAPI
package import WireJSON

/// Speaks with the user's agent over its socket: blocking calls, one connection each.
///
/// Before anything is sent, the program at the other end is checked to run under the caller's own uid.
public struct SessionAgentClient: Sendable {
  /// The socket.
  public let socketPath: String
  /// Starts the agent where no one listens; nil leaves that to others.
  public var launch: AgentLaunch?
  /// A descriptor that ends a waiting call with `ClientError.cancelled` once it is readable.
  public var cancelDescriptor: Int32 = -1
  /// What is said where its calls wait long; nil says nothing.
  public var longWait: LongWait?

  /// A client of the socket that the environment names.
  ///
  /// - Throws: `ClientError.badSocketPath`.
  public init(_ environment: Environment = .process, launch: AgentLaunch? = nil) throws(ClientError) {
    socketPath = try SocketPath.resolve(environment)
    self.launch = launch
  }

  // MARK: - Exchanges

  /// Sends a request and reads its answer, whatever its status.
  package func exchange(_ request: HTTPRequest) throws(ClientError) -> HTTPAnswer {
    let deadline = deadline(of: request)
    return try open(request, deadline).answer(deadline)
  }

  /// Until when a request that begins now may wait.
  func deadline(of request: HTTPRequest) -> Deadline {
    Deadline(milliseconds: request.timeoutSeconds * 1000, cancel: cancelDescriptor, longWait: longWait)
  }

  /// Sends a request, starting the agent first where no one listens and that is wanted.
  ///
  /// An agent that ends may have left the connection in its backlog: a GET is then sent once more, to its successor.
  func open(_ request: HTTPRequest, _ deadline: Deadline) throws(ClientError) -> HTTPExchange {
    do {
      return try openOnce(request, deadline)
    } catch .connectionLost where request.method == "GET" {
      return try openOnce(request, deadline)
    }
  }

  private func openOnce(_ request: HTTPRequest, _ deadline: Deadline) throws(ClientError) -> HTTPExchange {
    try HTTPExchange(request, over: connect(deadline), deadline)
  }

  /// A connection to the agent, which is started first where no one listens and that is wanted.
  func connect(_ deadline: Deadline) throws(ClientError) -> SocketConnection {
    do {
      return try SocketConnection(to: socketPath, deadline)
    } catch .notRunning(let socket) {
      guard let launch else { throw .notRunning(socket: socket) }
      return try launch.start(socket, cancel: cancelDescriptor)
    }
  }

  /// Sends a request and reads the JSON of a successful answer; strings under `guarded` names become secrets.
  ///
  /// - Throws: `ClientError.problem` for any status from 400 up.
  package func json(_ request: HTTPRequest, guarding guarded: [String] = []) throws(ClientError) -> JSONValue {
    try SessionAgentClient.json(of: exchange(request), guarding: guarded)
  }

  private static func json(
    of answer: consuming HTTPAnswer, guarding guarded: [String]
  ) throws(ClientError) -> JSONValue {
    if let error = answer.failure { throw error }
    if answer.status == 204 { return .null }
    do {
      return try answer.withBody { try JSONValue.parse($0, guarding: guarded) }
    } catch {
      throw .malformedAnswer("\(error)")
    }
  }

  /// Sends a request and reads the document of a successful answer.
  package func document<Document: WireDocument>(
    _ request: HTTPRequest, _ type: Document.Type = Document.self
  ) throws(ClientError) -> Document {
    try SessionAgentClient.document(of: exchange(request))
  }

  /// Reads the document of an answer that is a success.
  static func document<Document: WireDocument>(of answer: consuming HTTPAnswer) throws(ClientError) -> Document {
    let json = try json(of: answer, guarding: Document.secretMembers)
    do {
      return try Document(json: json)
    } catch {
      throw .malformedAnswer("\(error)")
    }
  }
}

extension HTTPAnswer {
  /// The error that an answer with a status from 400 up is; nil for a success.
  package var failure: ClientError? {
    guard status >= 400 else { return nil }
    do {
      return .problem(try withBody { try ProblemDocument(text: $0) })
    } catch {
      return .malformedAnswer("it has status \(status) and no problem object.")
    }
  }
}
