public import SessionAPI
internal import WireJSON

extension SessionAgentClient {
  /// Begins a login.
  public func startLogin(_ request: LoginRequestDocument) throws(ClientError) -> LoginDocument {
    try document(HTTPRequest("POST", "logins").sending(request.json))
  }

  /// A login as it stands; with `after`, as soon as its step's number is greater, or after `wait` seconds (at most 60).
  public func login(_ id: String, after: Int? = nil, wait: Int = 0) throws(ClientError) -> LoginDocument {
    try document(
      HTTPRequest("GET", "logins", id).adding("wait", after == nil ? nil : String(wait))
        .adding("after", after.map(String.init)).within(seconds: Int64(wait) + 15))
  }

  /// Answers a step.
  public func answer(_ id: String, _ answer: AnswerDocument) throws(ClientError) -> LoginDocument {
    try document(HTTPRequest("POST", "logins", id, "answer").sending(answer.json).within(seconds: 90))
  }

  /// Gives a login up.
  public func giveUpLogin(_ id: String) throws(ClientError) {
    _ = try json(HTTPRequest("DELETE", "logins", id).within(seconds: 10))
  }
}
