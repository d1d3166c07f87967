/// Makes the tokens of a sign-in and of every refresh after it.
extension PoolTurn {
  static let userScope = "aws.cognito.signin.user.admin"

  /// A new grant with its first refresh token, and the device it is for where the pool tells devices apart.
  mutating func grantTokens(_ user: User, _ attempt: Attempt) throws -> [String: JSON] {
    pool.forgetOldGrants(at: now)
    let client = try client(attempt.clientID)
    var grant = Grant(
      id: random.uuid(), username: user.username, sub: user.sub, clientID: client.id, authTime: now,
      eventID: random.uuid(), expiresAt: now + Seconds(client.refreshTokenSeconds))
    let isTracked = pool.deviceTracking != .off && attempt.tracksDevices
    let newDevice = isTracked && attempt.deviceKey == nil ? addDevice(to: user) : nil
    grant.deviceKey = newDevice?.key ?? attempt.deviceKey
    if let key = attempt.deviceKey { touchDevice(key, of: user) }
    pool.grants[grant.id] = grant
    let refreshToken = try addRefreshToken(to: grant)
    return try authenticationResult(user, client, grant, refreshToken: refreshToken, newDevice)
  }

  mutating func addRefreshToken(to grant: Grant) throws -> String {
    let token = RefreshToken.make(random: random)
    pool.refreshTokens[try RefreshToken.hash(token)] = RefreshToken(grant: grant.id)
    return token
  }

  mutating func authenticationResult(
    _ user: User, _ client: AppClient, _ grant: Grant, refreshToken: String?, _ newDevice: Device? = nil
  ) throws -> [String: JSON] {
    let accessID = random.uuid()
    pool.remember(
      accessToken: accessID, of: grant.id, until: now + Seconds(client.accessTokenSeconds), at: now)
    var result: [String: JSON] = [
      "AccessToken": .string(try accessToken(user, client, grant, id: accessID)),
      "IdToken": .string(try idToken(user, client, grant)),
      "ExpiresIn": .integer(client.accessTokenSeconds), "TokenType": .string("Bearer"),
    ]
    result["RefreshToken"] = refreshToken.map(JSON.string)
    if let newDevice {
      result["NewDeviceMetadata"] = .strings([
        "DeviceKey": newDevice.key, "DeviceGroupKey": newDevice.groupKey,
      ])
    }
    return ["AuthenticationResult": .object(result), "ChallengeParameters": .object([:])]
  }

  private func commonClaims(_ user: User, _ grant: Grant, id: String, lifetime: Int) -> [String: JSON] {
    var claims: [String: JSON] = [
      "sub": .string(user.sub), "iss": .string(issuer), "origin_jti": .string(grant.id),
      "event_id": .string(grant.eventID), "auth_time": .integer(Int(grant.authTime)), "iat": .integer(Int(now)),
      "exp": .integer(Int(now) + lifetime), "jti": .string(id),
    ]
    let groups = pool.groups(of: user).map(\.name)
    if !groups.isEmpty { claims["cognito:groups"] = .strings(groups) }
    return claims
  }

  /// What the user's groups may become in an identity pool; the role of the most important one comes first.
  private func roleClaims(_ user: User) -> [String: JSON] {
    let groups = pool.groups(of: user).filter { $0.roleARN != nil }
    guard let first = groups.first else { return [:] }
    var claims: [String: JSON] = ["cognito:roles": .strings(groups.compactMap(\.roleARN))]
    // Two groups of the same importance with different roles: none is preferred.
    let rivals = groups.filter { $0.precedence == first.precedence && $0.roleARN != first.roleARN }
    if first.precedence != nil, rivals.isEmpty { claims["cognito:preferred_role"] = first.roleARN.map(JSON.string) }
    return claims
  }

  private func accessToken(_ user: User, _ client: AppClient, _ grant: Grant, id: String) throws -> String {
    var claims = commonClaims(user, grant, id: id, lifetime: client.accessTokenSeconds)
    claims["token_use"] = .string("access")
    claims["client_id"] = .string(client.id)
    claims["username"] = .string(user.username)
    claims["scope"] = .string(Self.userScope)
    claims["device_key"] = grant.deviceKey.map(JSON.string)
    return try JWT.sign(claims, with: pool.keys.access)
  }

  private func idToken(_ user: User, _ client: AppClient, _ grant: Grant) throws -> String {
    var claims = user.attributes.filter { client.mayRead($0.key) }.mapValues(JSON.string)
    for name in ["email_verified", "phone_number_verified"] {
      if let value = claims[name]?.asString { claims[name] = .bool(SchemaAttribute.isTrue(value)) }
    }
    claims.merge(commonClaims(user, grant, id: random.uuid(), lifetime: client.idTokenSeconds)) { _, ours in ours }
    claims.merge(roleClaims(user)) { _, ours in ours }
    claims["token_use"] = .string("id")
    claims["aud"] = .string(client.id)
    claims["cognito:username"] = .string(user.username)
    return try JWT.sign(claims, with: pool.keys.id)
  }
}
