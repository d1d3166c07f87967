public import SessionAPI
public import SessionModel

extension SessionAgentClient {
  /// Signs out of each.
  ///
  /// All are asked for before the first answer is waited for, so that none is still there while a provider keeps another
  /// waiting. Not so `everywhere`: sessions of one person end together there, which the agent sees one after the other.
  public func signOut(
    _ names: [SessionName], everywhere: Bool = false
  ) -> [(SessionName, Result<SignOutDocument, ClientError>)] {
    // Well below the descriptors that a process may have.
    let together = everywhere ? 1 : 256
    return stride(from: 0, to: names.count, by: together).flatMap { start in
      names[start..<min(start + together, names.count)].map { ($0, sendSignOut($0, everywhere: everywhere)) }
        .map { name, sent in (name, sent.flatMap(SessionAgentClient.signedOut)) }
    }
  }

  private func sendSignOut(_ name: SessionName, everywhere: Bool) -> Result<SentRequest, ClientError> {
    let request = HTTPRequest("DELETE", "sessions", name.rawValue).adding("everywhere", everywhere ? "true" : nil)
      .within(seconds: 60)
    return Result { () throws(ClientError) in try SentRequest(request, by: self) }
  }

  private static func signedOut(_ sent: SentRequest) -> Result<SignOutDocument, ClientError> {
    Result { () throws(ClientError) in try document(of: sent.answer()) }
  }
}

/// A request that was sent, and whose answer nobody has waited for yet.
private final class SentRequest {
  private let deadline: Deadline
  private var connection: SocketConnection?

  init(_ request: HTTPRequest, by client: SessionAgentClient) throws(ClientError) {
    deadline = client.deadline(of: request)
    let connection = try client.connect(deadline)
    try HTTPExchange.send(request, over: connection, deadline)
    self.connection = consume connection
  }

  /// Waits for the answer and reads it; once.
  func answer() throws(ClientError) -> HTTPAnswer {
    guard let connection = connection.take() else { throw .connectionLost }
    return try HTTPExchange(answerOver: connection, deadline).answer(deadline)
  }
}
