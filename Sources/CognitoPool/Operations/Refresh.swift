/// REFRESH_TOKEN_AUTH and GetTokensFromRefreshToken.
extension PoolTurn {
  mutating func refreshTokenAuth(_ client: AppClient, _ parameters: Parameters) throws -> [String: JSON] {
    let token = try parameters.required("REFRESH_TOKEN")
    let grant = try checkedGrant(token, client)
    try client.checkRefreshSecretHash(parameters["SECRET_HASH"], realName: grant.username)
    let user = try userForRefresh(grant, device: parameters["DEVICE_KEY"])
    return try authenticationResult(user, client, grant, refreshToken: nil)
  }

  mutating func getTokensFromRefreshToken(_ request: Request) throws -> [String: JSON] {
    refreshes += 1
    let client = try client(request.text("ClientId"))
    try client.checkSecret(request.string("ClientSecret"))
    let token = request.text("RefreshToken")
    let grant = try checkedGrant(token, client)
    let user = try userForRefresh(grant, device: request.string("DeviceKey"))
    var successor: String?
    if client.rotation.enabled {
      pool.markReplaced(try RefreshToken.hash(token), at: now)
      successor = try addRefreshToken(to: grant)
    }
    var answer = try authenticationResult(user, client, grant, refreshToken: successor)
    answer["ChallengeParameters"] = nil
    return answer
  }

  /// The grant of a refresh token that is still good; each way of not being good has its own sentence.
  private mutating func checkedGrant(_ token: String, _ client: AppClient) throws -> Grant {
    guard let stored = pool.refreshTokens[try RefreshToken.hash(token)], let grant = pool.grants[stored.grant],
      grant.clientID == client.id
    else { throw ServiceError.notAuthorized("Invalid Refresh Token") }
    if grant.revokedAt != nil || grant.refreshRevoked {
      throw ServiceError.notAuthorized("Refresh Token has been revoked")
    }
    if now >= grant.expiresAt { throw ServiceError.notAuthorized("Refresh Token has expired") }
    if let replacedAt = stored.replacedAt, now >= replacedAt + Seconds(client.rotation.graceSeconds) {
      pool.revoke(grant: grant.id, at: now)
      throw ServiceError(name: "RefreshTokenReuseException", message: "Refresh token reuse detected.")
    }
    return grant
  }

  private func userForRefresh(_ grant: Grant, device key: String?) throws(ServiceError) -> User {
    guard let user = pool.user(of: grant) else { throw .noSuchUser }
    try checkMayEnter(user)
    guard pool.deviceTracking != .off else { return user }
    // Tokens of a flow that knows no devices have none to name: AWS does not refresh them either.
    guard let key, key == grant.deviceKey, user.devices[key]?.isConfirmed == true else {
      throw .notAuthorized("Invalid Refresh Token", note: "not from the confirmed device of the sign-in")
    }
    return user
  }
}
