public import SessionModel
public import WireJSON

/// One session as the socket shows it. The refresh token is never in it.
public struct SessionDocument: WireDocument {
  /// Its name.
  public var name: SessionName
  /// Its profile.
  public var profile: ProfileName
  /// `cognito` or `oidc`.
  public var provider: String
  /// The issuer of its tokens.
  public var issuer: String
  /// The subject; nil for a guest.
  public var subject: String?
  /// The name that the provider knows the user by.
  public var username: String?
  /// The scopes that were granted.
  public var scopes: [String]
  /// How it stands.
  public var state: SessionState
  /// Why it is not active: a `SessionReason`, as a string so that a client may be older than the agent.
  public var reason: String?
  /// Which token set.
  public var generation: Generation
  /// When the access token expires.
  public var accessTokenExpiresAt: Timestamp?
  /// When the ID token expires.
  public var idTokenExpiresAt: Timestamp?
  /// When the refresh token expires, where known.
  public var refreshTokenExpiresAt: Timestamp?
  /// When the person signed in.
  public var signedInAt: Timestamp?
  /// When the tokens were last renewed.
  public var lastRefreshAt: Timestamp?
  /// When they will be renewed next.
  public var nextRefreshAt: Timestamp?
  /// What went wrong last, while it still matters.
  public var lastError: LastErrorDocument?
  /// How far the provider's clock, whose times these are, is ahead of this machine's, in seconds (CONTRACT §6.7).
  public var clockSkewSeconds: Int64

  /// A session.
  public init(
    name: SessionName, profile: ProfileName, provider: String, issuer: String, subject: String?, username: String?,
    scopes: [String], state: SessionState, reason: String? = nil, generation: Generation,
    accessTokenExpiresAt: Timestamp?, idTokenExpiresAt: Timestamp?, refreshTokenExpiresAt: Timestamp? = nil,
    signedInAt: Timestamp?, lastRefreshAt: Timestamp? = nil, nextRefreshAt: Timestamp? = nil,
    lastError: LastErrorDocument? = nil, clockSkewSeconds: Int64 = 0
  ) {
    self.name = name
    self.profile = profile
    self.provider = provider
    self.issuer = issuer
    self.subject = subject
    self.username = username
    self.scopes = scopes
    self.state = state
    self.reason = reason
    self.generation = generation
    self.accessTokenExpiresAt = accessTokenExpiresAt
    self.idTokenExpiresAt = idTokenExpiresAt
    self.refreshTokenExpiresAt = refreshTokenExpiresAt
    self.signedInAt = signedInAt
    self.lastRefreshAt = lastRefreshAt
    self.nextRefreshAt = nextRefreshAt
    self.lastError = lastError
    self.clockSkewSeconds = clockSkewSeconds
  }

  /// What its provider's clock shows when this machine's shows a time.
  public func providerTime(at local: Timestamp) -> Timestamp {
    local.adding(milliseconds: clockSkewSeconds * 1000)
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      name: try fields.name("name"), profile: try fields.name("profile"), provider: try fields.string("provider"),
      issuer: try fields.string("issuer"), subject: try fields.optionalString("subject"),
      username: try fields.optionalString("username"), scopes: try fields.strings("scopes"),
      state: try fields.choice("state"), reason: try fields.optionalString("reason"),
      generation: Generation(try fields.integer("generation")),
      accessTokenExpiresAt: try fields.optionalTime("access_token_expires_at"),
      idTokenExpiresAt: try fields.optionalTime("id_token_expires_at"),
      refreshTokenExpiresAt: try fields.optionalTime("refresh_token_expires_at"),
      signedInAt: try fields.optionalTime("signed_in_at"), lastRefreshAt: try fields.optionalTime("last_refresh_at"),
      nextRefreshAt: try fields.optionalTime("next_refresh_at"), lastError: try fields.optionalDocument("last_error"),
      clockSkewSeconds: try fields.optionalInteger("clock_skew_seconds") ?? 0)
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "name": .string(name.rawValue), "profile": .string(profile.rawValue), "provider": .string(provider),
      "issuer": .string(issuer), "subject": .optional(subject), "username": .optional(username),
      "scopes": .strings(scopes), "state": .string(state.rawValue), "reason": .optional(reason),
      "generation": .integer(generation.rawValue), "access_token_expires_at": .optional(accessTokenExpiresAt),
      "id_token_expires_at": .optional(idTokenExpiresAt),
      "refresh_token_expires_at": .optional(refreshTokenExpiresAt), "signed_in_at": .optional(signedInAt),
      "last_refresh_at": .optional(lastRefreshAt), "next_refresh_at": .optional(nextRefreshAt),
      "last_error": lastError?.json ?? .null,
      "clock_skew_seconds": .integer(clockSkewSeconds),
    ]
  }
}

/// `GET /v1/sessions`.
public struct SessionsDocument: WireDocument {
  /// Every session.
  public var sessions: [SessionDocument]
  /// A list of sessions.
  public init(sessions: [SessionDocument]) { self.sessions = sessions }

  /// Reads it from JSON.
  public init(json: JSONValue) throws { sessions = try JSONFields(json).documents("sessions") }

  /// It as JSON.
  public var json: JSONValue { ["sessions": .array(sessions.map(\.json))] }
}
