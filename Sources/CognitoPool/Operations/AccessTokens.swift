/// What an access token is good for at the pool itself.
extension PoolTurn {
  /// The client of a token that has been checked.
  func clientOfAccessToken(_ token: String) -> AppClient? {
    JWT.unverifiedClaims(token)?["client_id"]?.asString.flatMap { pool.clients[$0] }
  }

  func userOfAccessToken(_ token: String) throws -> User {
    guard let claims = try JWT.verify(token, keys: pool.keys), claims["token_use"] == .string("access"),
      claims["iss"] == .string(issuer), let expiry = claims["exp"]?.asInteger, let id = claims["jti"]?.asString,
      let origin = claims["origin_jti"]?.asString, let grant = pool.grants[origin],
      pool.clients[grant.clientID] != nil
    else { throw ServiceError.notAuthorized("Invalid Access Token") }
    let end = grant.accessTokens[id]?.end
    if now >= Seconds(expiry) || end == .expired { throw ServiceError.notAuthorized("Access Token has expired") }
    if grant.revokedAt != nil || end == .revoked {
      throw ServiceError.notAuthorized("Access Token has been revoked")
    }
    guard (claims["scope"]?.asString ?? "").split(separator: " ").contains(Substring(Self.userScope)) else {
      throw ServiceError.notAuthorized("Access Token does not have required scopes")
    }
    guard let user = pool.user(of: grant) else { throw ServiceError.noSuchUser }
    try checkMayEnter(user)
    return user
  }
}
