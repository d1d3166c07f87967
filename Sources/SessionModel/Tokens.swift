/// The two tokens that the agent hands out.
public enum TokenType: String, Hashable, Sendable, CaseIterable {
  /// For resource servers (RFC 6749 §1.4).
  case access
  /// For the client, about the user (OIDC Core §2).
  case id
}

/// One token with what its validation found.
public struct Token: Hashable, Sendable {
  /// The token as the provider issued it (compact JWT).
  public var value: Secret
  /// When it was issued, in the provider's time (`iat`).
  public var issuedAt: Timestamp
  /// When it expires, in the provider's time (`exp`).
  public var expiresAt: Timestamp
  /// The validated claims: the JWT's payload, a JSON object in UTF-8. Nil for an opaque token.
  public var claims: [UInt8]?

  /// A token.
  public init(value: Secret, issuedAt: Timestamp, expiresAt: Timestamp, claims: [UInt8]?) {
    self.value = value
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
    self.claims = claims
  }
}

/// The tokens of one generation, validated.
public struct TokenSet: Hashable, Sendable {
  /// The access token.
  public var access: Token
  /// The ID token, where the provider gave one.
  public var id: Token?
  /// The refresh token, where the provider gave one.
  public var refreshToken: Secret?

  /// A token set.
  public init(access: Token, id: Token?, refreshToken: Secret?) {
    self.access = access
    self.id = id
    self.refreshToken = refreshToken
  }

  /// The token of that type.
  public subscript(_ type: TokenType) -> Token? {
    switch type {
    case .access: access
    case .id: id
    }
  }
}

/// Who signed in, as the validated tokens say.
public struct Identity: Hashable, Sendable {
  /// The issuer (`iss`).
  public var issuer: String
  /// The subject (`sub`).
  public var subject: String
  /// The name that the provider knows the user by (`username`, `cognito:username`, `preferred_username`).
  public var username: String
  /// The scopes that were granted.
  public var scopes: [String]

  /// An identity.
  public init(issuer: String, subject: String, username: String, scopes: [String]) {
    self.issuer = issuer
    self.subject = subject
    self.username = username
    self.scopes = scopes
  }
}
