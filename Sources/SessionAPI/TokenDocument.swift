public import SessionModel
public import WireJSON

/// `GET /v1/sessions/{name}/token`.
public struct TokenDocument: WireDocument {
  /// The token itself never is a plain string on the way in.
  public static var secretMembers: [String] { ["token"] }

  /// The token.
  public var token: Secret
  /// `Bearer`, or `DPoP` (RFC 9449).
  public var tokenType: String
  /// Which token.
  public var type: TokenType
  /// When it expires.
  public var expiresAt: Timestamp
  /// Seconds until then.
  public var expiresIn: Int64
  /// Which token set it is of.
  public var generation: Generation
  /// Its session.
  public var session: SessionName
  /// Whether it lives shorter than was asked for and no better one can be had.
  public var stale: Bool

  /// A token.
  public init(
    token: Secret, tokenType: String = "Bearer", type: TokenType, expiresAt: Timestamp, expiresIn: Int64,
    generation: Generation, session: SessionName, stale: Bool
  ) {
    self.token = token
    self.tokenType = tokenType
    self.type = type
    self.expiresAt = expiresAt
    self.expiresIn = expiresIn
    self.generation = generation
    self.session = session
    self.stale = stale
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      token: try fields.secret("token"), tokenType: try fields.string("token_type"), type: try fields.choice("type"),
      expiresAt: try fields.time("expires_at"), expiresIn: try fields.integer("expires_in"),
      generation: Generation(try fields.integer("generation")), session: try fields.name("session"),
      stale: try fields.bool("stale"))
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "token": .secret(token), "token_type": .string(tokenType), "type": .string(type.rawValue),
      "expires_at": .string(expiresAt.description), "expires_in": .integer(expiresIn),
      "generation": .integer(generation.rawValue), "session": .string(session.rawValue), "stale": .bool(stale),
    ]
  }
}

/// `GET /v1/sessions/{name}/claims`.
public struct ClaimsDocument: WireDocument {
  /// The session.
  public var session: SessionName
  /// Of which token.
  public var type: TokenType
  /// The token's validated payload, an object.
  public var claims: JSONValue
  /// When the token expires.
  public var expiresAt: Timestamp
  /// Whether it has.
  public var expired: Bool
  /// Which token set it is of.
  public var generation: Generation

  /// Claims.
  public init(
    session: SessionName, type: TokenType, claims: JSONValue, expiresAt: Timestamp, expired: Bool,
    generation: Generation
  ) {
    self.session = session
    self.type = type
    self.claims = claims
    self.expiresAt = expiresAt
    self.expired = expired
    self.generation = generation
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      session: try fields.name("session"), type: try fields.choice("type"), claims: try fields.required("claims"),
      expiresAt: try fields.time("expires_at"), expired: try fields.bool("expired"),
      generation: Generation(try fields.integer("generation")))
    guard claims.object != nil else { throw JSONError.wrongType(expected: "an object", member: "claims") }
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "session": .string(session.rawValue), "type": .string(type.rawValue), "claims": claims,
      "expires_at": .string(expiresAt.description), "expired": .bool(expired),
      "generation": .integer(generation.rawValue),
    ]
  }
}

/// The answer to `DELETE /v1/sessions/{name}`.
public struct SignOutDocument: WireDocument {
  /// What became of the refresh token.
  public enum Revocation: String, Hashable, Sendable, CaseIterable {
    /// The provider revoked it.
    case done
    /// An order is kept until it can be delivered.
    case queued
    /// The provider has no revocation.
    case unsupported
    /// There was nothing to revoke.
    case none
  }

  /// What became of the sign-out on all devices.
  public enum Everywhere: String, Hashable, Sendable, CaseIterable {
    case done
    case notDone = "not_done"
  }

  /// The session that is gone.
  public var session: SessionName
  /// What became of the refresh token.
  public var revocation: Revocation
  /// What became of the sign-out on all devices; nil where it was not asked for.
  public var everywhere: Everywhere?

  /// A sign-out.
  public init(session: SessionName, revocation: Revocation, everywhere: Everywhere?) {
    self.session = session
    self.revocation = revocation
    self.everywhere = everywhere
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      session: try fields.name("session"), revocation: try fields.choice("revocation"),
      everywhere: try fields.optionalChoice("everywhere"))
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "session": .string(session.rawValue), "revocation": .string(revocation.rawValue),
      "everywhere": .optional(everywhere?.rawValue),
    ]
  }
}
