/// Where a session was signed in; its secrets go there and nowhere else. Sealed with them.
public struct SessionBinding: Hashable, Sendable {
  /// The issuer of its tokens.
  public var issuer: String
  /// Where it refreshes.
  public var tokenEndpoint: String
  /// Where it revokes; nil where the provider has no such place.
  public var revocationEndpoint: String?
  /// The client that it signed in as.
  public var clientID: String
  /// The user pool, for Cognito.
  public var userPoolID: String?
  /// The CA file of the profile at sign-in, so that an order to revoke still reaches the provider.
  public var caFile: String?

  /// A binding.
  public init(
    issuer: String, tokenEndpoint: String, revocationEndpoint: String?, clientID: String, userPoolID: String?,
    caFile: String?
  ) {
    self.issuer = issuer
    self.tokenEndpoint = tokenEndpoint
    self.revocationEndpoint = revocationEndpoint
    self.clientID = clientID
    self.userPoolID = userPoolID
    self.caFile = caFile
  }

  /// The base of `tokenEndpoint` as `CognitoSettings.serviceURL` writes it: without a trailing slash.
  public var serviceURL: String {
    tokenEndpoint.hasSuffix("/") ? String(tokenEndpoint.dropLast()) : tokenEndpoint
  }
}

/// All that is known of a session, as it is kept.
public struct SessionRecord: Hashable, Sendable {
  /// Its name.
  public var name: SessionName
  /// An id of this sign-in, never reused: 128 random bits in hexadecimal.
  public var id: String
  /// The profile.
  public var profile: ProfileName
  /// `cognito` or `oidc`.
  public var provider: String
  /// Who.
  public var identity: Identity
  /// Where.
  public var binding: SessionBinding
  /// Which token set.
  public var generation: Generation
  /// The tokens.
  public var tokens: TokenSet
  /// What was known of the provider's time when the tokens came; nil in records of earlier versions.
  public var anchor: TimeAnchor?
  /// When the person signed in.
  public var signedInAt: Timestamp
  /// When the tokens were last renewed.
  public var lastRefreshAt: Timestamp?
  /// A refresh that was begun and whose end is not recorded: the attempt's number.
  public var refreshIntent: Int64?
  /// Set once the provider refused for good.
  public var signInRequired: SessionReason?
  /// Whether the provider gives a new refresh token at each refresh; nil until there was one.
  public var rotates: Bool?
  /// The key of the device that the tokens are bound to, where the pool tracks devices.
  public var deviceKey: String?

  /// A record.
  public init(
    name: SessionName, id: String, profile: ProfileName, provider: String, identity: Identity, binding: SessionBinding,
    generation: Generation, tokens: TokenSet, anchor: TimeAnchor? = nil, signedInAt: Timestamp,
    lastRefreshAt: Timestamp? = nil, refreshIntent: Int64? = nil, signInRequired: SessionReason? = nil,
    rotates: Bool? = nil, deviceKey: String? = nil
  ) {
    self.name = name
    self.id = id
    self.profile = profile
    self.provider = provider
    self.identity = identity
    self.binding = binding
    self.generation = generation
    self.tokens = tokens
    self.anchor = anchor
    self.signedInAt = signedInAt
    self.lastRefreshAt = lastRefreshAt
    self.refreshIntent = refreshIntent
    self.signInRequired = signInRequired
    self.rotates = rotates
    self.deviceKey = deviceKey
  }
}

/// An order to revoke the refresh token of a session that is gone. It outlives the session and the agent.
public struct RevocationOrder: Hashable, Sendable {
  /// The order's id: 128 random bits in hexadecimal.
  public var id: String
  /// The session that it was of.
  public var session: SessionName
  /// The profile whose client secret, where there is one, authenticates the order.
  public var profile: ProfileName
  /// Where to.
  public var binding: SessionBinding
  /// What to revoke.
  public var refreshToken: Secret
  /// When it was ordered.
  public var createdAt: Timestamp
  /// When it is given up.
  public var givesUpAt: Timestamp
  /// How often it was tried.
  public var attempts: Int
  /// What went wrong last, in words.
  public var lastError: String?

  /// An order.
  public init(
    id: String, session: SessionName, profile: ProfileName, binding: SessionBinding, refreshToken: Secret,
    createdAt: Timestamp, givesUpAt: Timestamp, attempts: Int = 0, lastError: String? = nil
  ) {
    self.id = id
    self.session = session
    self.profile = profile
    self.binding = binding
    self.refreshToken = refreshToken
    self.createdAt = createdAt
    self.givesUpAt = givesUpAt
    self.attempts = attempts
    self.lastError = lastError
  }
}
