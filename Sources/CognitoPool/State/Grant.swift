/// One sign-in and every token that descends from it.
struct Grant: Codable, Sendable, Equatable {
  /// The tokens' `origin_jti`.
  let id: String
  let username: String
  /// The user's `sub`: who takes a deleted user's name does not take over the sign-ins.
  let sub: String
  let clientID: String
  let authTime: Seconds
  let eventID: String
  /// The device that the tokens belong to.
  var deviceKey: String?
  /// When the refresh tokens end; rotation does not move it.
  var expiresAt: Seconds
  /// The whole sign-in is over: refresh and access tokens.
  var revokedAt: Seconds?
  /// Only its refresh tokens are.
  var refreshRevoked = false
  /// Those that have not run out yet, by `jti`.
  var accessTokens: [String: AccessToken] = [:]

  /// Ends those that have not ended yet.
  mutating func endAccessTokens(_ end: AccessToken.End) {
    accessTokens = accessTokens.mapValues { AccessToken(expiresAt: $0.expiresAt, end: $0.end ?? end) }
  }
}

/// What the pool remembers of an access token while it would still be good.
struct AccessToken: Codable, Sendable, Equatable {
  enum End: String, Codable, Sendable { case expired, revoked }

  let expiresAt: Seconds
  /// Ended before its time.
  var end: End?
}

/// One refresh token of a grant; the token itself is not kept, only its hash.
struct RefreshToken: Codable, Sendable, Equatable {
  let grant: String
  /// When a successor was first handed out.
  var replacedAt: Seconds?

  static func hash(_ token: String) throws(CryptoFailure) -> String {
    Hex.encode(try Digest.sha256([UInt8](token.utf8)))
  }

  /// Long and opaque, in the shape of the JWE that AWS hands out.
  static func make(random: any RandomSource) -> String {
    let header = Base64URL.encode([UInt8](#"{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}"#.utf8))
    return ([header] + [256, 12, 320, 16].map { Base64URL.encode(random.bytes($0)) }).joined(separator: ".")
  }
}

extension UserPool {
  private static let keepEndedGrants: Seconds = 30 * 86400

  /// Forgets grants that ended long ago, and their tokens.
  mutating func forgetOldGrants(at now: Seconds) {
    let old = Set(grants.values.filter { $0.expiresAt + Self.keepEndedGrants < now }.map(\.id))
    guard !old.isEmpty else { return }
    for id in old { grants[id] = nil }
    refreshTokens = refreshTokens.filter { !old.contains($0.value.grant) }
  }

  mutating func remember(accessToken id: String, of grant: String, until expiry: Seconds, at now: Seconds) {
    guard var kept = grants[grant]?.accessTokens.filter({ $0.value.expiresAt > now }) else { return }
    kept[id] = AccessToken(expiresAt: expiry)
    grants[grant]?.accessTokens = kept
  }

  func user(of grant: Grant) -> User? {
    guard let user = users[grant.username], user.sub == grant.sub else { return nil }
    return user
  }

  mutating func revoke(grant id: String, at now: Seconds) {
    if grants[id]?.revokedAt == nil { grants[id]?.revokedAt = now }
  }

  /// The grace of a rotated token counts from its first successor.
  mutating func markReplaced(_ hash: String, at now: Seconds) {
    if refreshTokens[hash]?.replacedAt == nil { refreshTokens[hash]?.replacedAt = now }
  }

  mutating func revokeGrants(of username: String, at now: Seconds) {
    for grant in grants.values where grant.username == username { revoke(grant: grant.id, at: now) }
  }
}
