/// RevokeToken and GlobalSignOut.
extension PoolTurn {
  mutating func revokeToken(_ request: Request) throws -> [String: JSON] {
    let client = try client(request.text("ClientId"))
    do {
      try client.checkSecret(request.string("ClientSecret"))
    } catch {
      throw ServiceError.unauthorized(error.message)
    }
    guard client.allowsRevocation else {
      throw ServiceError.unsupportedOperation("Token revocation is not enabled for this client.")
    }
    let token = request.text("Token")
    if JWT.unverifiedClaims(token)?["token_use"] != nil {
      throw ServiceError(name: "UnsupportedTokenTypeException", message: "Unsupported token type")
    }
    // A token that is unknown, or revoked already, is no error: it is not good any more.
    if let stored = pool.refreshTokens[try RefreshToken.hash(token)], let grant = pool.grants[stored.grant] {
      guard grant.clientID == client.id else { throw ServiceError.unauthorized("Invalid client for the token") }
      pool.revoke(grant: grant.id, at: now)
    }
    return [:]
  }

  mutating func globalSignOut(_ request: Request) throws -> [String: JSON] {
    let user = try userOfAccessToken(request.text("AccessToken"))
    pool.revokeGrants(of: user.username, at: now)
    return [:]
  }
}
