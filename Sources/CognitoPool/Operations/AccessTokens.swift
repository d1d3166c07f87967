/// What an access token is good for at the pool itself.
extension PoolTurn {
  func userOfAccessToken(_ token: String) throws -> User {
    guard let claims = try JWT.verify(token, keys: pool.keys), claims["token_use"] == .string("access"),
      claims["iss"] == .string(issuer), let expiry = claims["exp"]?.asInteger, let issued = claims["iat"]?.asInteger,
      let origin = claims["origin_jti"]?.asString, let grant = pool.grants[origin],
      pool.clients[grant.clientID] != nil
    else { throw ServiceError.notAuthorized("Invalid Access Token") }
    let issuedAt = Seconds(issued)
    if now >= Seconds(expiry) || issuedAt <= grant.accessExpiredUpTo ?? -1 {
      throw ServiceError.notAuthorized("Access Token has expired")
    }
    if grant.revokedAt != nil || issuedAt <= grant.accessRevokedUpTo ?? -1 {
      throw ServiceError.notAuthorized("Access Token has been revoked")
    }
    guard (claims["scope"]?.asString ?? "").split(separator: " ").contains(Substring(Self.userScope)) else {
      throw ServiceError.notAuthorized("Access Token does not have required scopes")
    }
    guard let user = pool.users[grant.username] else { throw ServiceError.noSuchUser }
    try checkMayEnter(user)
    return user
  }
}
