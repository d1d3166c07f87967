public import SessionAPI
public import SessionModel
internal import WireJSON

/// What a token request asks for (CONTRACT: `GET /v1/sessions/{name}/token`).
public struct TokenRequest: Hashable, Sendable {
  /// Which token.
  public var type: TokenType = .access
  /// How long, in seconds, it should still live.
  public var minimumLife: Int?
  /// How long, in seconds, to wait for a refresh or a person's login; nil is the agent's default of 30.
  public var timeoutSeconds: Int?
  /// Whether a shorter-lived token is refused rather than handed out as `stale`.
  public var strict = false
  /// Scopes, for OIDC sessions.
  public var scopes: [String] = []
  /// An audience, for OIDC sessions.
  public var audience: String?

  /// An access token as it comes.
  public init() {}
}

extension SessionAgentClient {
  /// The agent, its sessions, and what is still pending.
  public func status() throws(ClientError) -> StatusDocument { try document(HTTPRequest("GET", "status")) }

  /// Every session.
  public func sessions() throws(ClientError) -> [SessionDocument] {
    try document(HTTPRequest("GET", "sessions"), SessionsDocument.self).sessions
  }

  /// One session.
  public func session(_ name: SessionName) throws(ClientError) -> SessionDocument {
    try document(HTTPRequest("GET", "sessions", name.rawValue))
  }

  /// A current token.
  public func token(
    _ name: SessionName, _ request: TokenRequest = TokenRequest()
  ) throws(ClientError) -> TokenDocument {
    try document(SessionAgentClient.tokenRequest(name, request))
  }

  /// The request for a token.
  package static func tokenRequest(_ name: SessionName, _ token: TokenRequest) -> HTTPRequest {
    HTTPRequest("GET", "sessions", name.rawValue, "token")
      .adding("type", token.type == .access ? nil : token.type.rawValue)
      .adding("min_ttl", token.minimumLife.map(String.init))
      .adding("timeout", token.timeoutSeconds.map(String.init))
      .adding("strict", token.strict ? "true" : nil)
      .adding("scope", token.scopes.isEmpty ? nil : token.scopes.joined(separator: " "))
      .adding("audience", token.audience)
      .within(seconds: Int64(token.timeoutSeconds ?? 30) + 15)
  }

  /// The validated claims of a token, also after it has expired.
  public func claims(_ name: SessionName, _ type: TokenType = .access) throws(ClientError) -> ClaimsDocument {
    try document(SessionAgentClient.claimsRequest(name, type))
  }

  /// The request for claims.
  package static func claimsRequest(_ name: SessionName, _ type: TokenType) -> HTTPRequest {
    HTTPRequest("GET", "sessions", name.rawValue, "claims")
      .adding("type", type == .access ? nil : type.rawValue)
  }

  /// Refreshes now.
  public func refresh(_ name: SessionName, force: Bool = false) throws(ClientError) -> SessionDocument {
    try document(
      HTTPRequest("POST", "sessions", name.rawValue, "refresh").adding("force", force ? "true" : nil)
        .within(seconds: 60))
  }

  /// What happened to a session and why; also after it was signed out.
  ///
  /// - Parameters:
  ///   - limit: how many entries at most.
  ///   - after: the number of the last entry that is known; nil for the newest ones.
  public func journal(
    _ name: SessionName, limit: Int? = nil, after: Int64? = nil
  ) throws(ClientError) -> JournalDocument {
    try document(SessionAgentClient.journalRequest(name, limit: limit, after: after))
  }

  /// The request for a journal.
  package static func journalRequest(_ name: SessionName, limit: Int?, after: Int64? = nil) -> HTTPRequest {
    HTTPRequest("GET", "sessions", name.rawValue, "journal")
      .adding("limit", limit.map(String.init)).adding("after", after.map { String($0) })
  }
}
