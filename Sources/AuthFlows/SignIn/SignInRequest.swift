public import SessionModel

/// How to sign in.
public struct SignInRequest: Sendable {
  /// The flow.
  public var flow: LoginFlow
  /// The user's name or an alias of it; asked for where nil.
  public var username: String?
  /// The challenge wished for first, where the flow offers a choice.
  public var preferredChallenge: String?
  /// Handed to the pool's Lambda triggers (`ClientMetadata`).
  public var clientMetadata: [String: String]

  /// A request.
  public init(
    flow: LoginFlow, username: String? = nil, preferredChallenge: String? = nil, clientMetadata: [String: String] = [:]
  ) {
    self.flow = flow
    self.username = username
    self.preferredChallenge = preferredChallenge
    self.clientMetadata = clientMetadata
  }
}

/// Somebody who signed in: tokens checked, nothing stored yet.
public struct SignedIn: Sendable {
  /// The tokens.
  public var tokens: TokenSet
  /// Who.
  public var identity: Identity
  /// Where the session's secrets may go.
  public var binding: SessionBinding
  /// The access token's life in seconds, as the provider says it (`ExpiresIn`).
  public var expiresInSeconds: Int64
  /// When the tokens came, by our clock.
  public var receivedAt: Timestamp
  /// When the tokens came, by the provider's clock (`Date`).
  public var providerDate: Timestamp?
}
