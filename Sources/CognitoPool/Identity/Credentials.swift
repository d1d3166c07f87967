/// GetCredentialsForIdentity and GetOpenIdToken.
extension IdentityTurn {
  /// The session name of the enhanced flow.
  private static let session = "CognitoIdentityCredentials"
  private static let tokenLifetime = 600
  static let tokenIssuer = "https://cognito-identity.amazonaws.com"

  mutating func getCredentialsForIdentity(_ request: Request) throws -> [String: JSON] {
    let (identity, logins) = try proven(request)
    let role = try role(for: logins, wanted: request.string("CustomRoleArn"))
    let assumed = AssumedRole(
      arn: role, session: Self.session, identityID: identity.id,
      expiresAt: (now + Seconds(pool.credentialsSeconds)).rounded(.down))
    let made = try TemporaryCredentials(authority).make(assumed, random: random)
    return [
      "IdentityId": .string(identity.id),
      "Credentials": .object([
        "AccessKeyId": .string(made.id), "SecretKey": .string(made.secret), "SessionToken": .string(made.token),
        "Expiration": .integer(Int(assumed.expiresAt)),
      ]),
    ]
  }

  mutating func getOpenIDToken(_ request: Request) throws -> [String: JSON] {
    guard pool.allowClassic else {
      throw ServiceError.invalidParameter("Basic (classic) flow is not enabled, please use enhanced flow.")
    }
    guard pool.roleMappings.isEmpty else {
      throw ServiceError.invalidParameter(
        "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.")
    }
    let (identity, logins) = try proven(request)
    let methods = logins.flatMap { ["\($0.provider)", "\($0.provider):CognitoSignIn:\($0.subject)"] }
    let claims: [String: JSON] = [
      "iss": .string(Self.tokenIssuer), "aud": .string(pool.id), "sub": .string(identity.id),
      "amr": .strings(logins.isEmpty ? ["unauthenticated"] : ["authenticated"] + methods),
      "iat": .integer(Int(now)), "exp": .integer(Int(now) + Self.tokenLifetime),
    ]
    let keys = try authority.keys(makeKeys)
    return ["IdentityId": .string(identity.id), "Token": .string(try JWT.sign(claims, with: keys.id))]
  }
}
