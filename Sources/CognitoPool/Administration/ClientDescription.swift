extension AppClient {
  /// `UserPoolClientType`.
  func description(in pool: UserPool) -> JSON {
    var members: [String: JSON] = [
      "UserPoolId": .string(pool.id), "ClientName": .string(name), "ClientId": .string(id),
      "CreationDate": .number(settings.createdAt), "LastModifiedDate": .number(settings.modifiedAt),
      "AllowedOAuthFlowsUserPoolClient": .bool(!oauthFlows.isEmpty), "EnableTokenRevocation": .bool(allowsRevocation),
      "EnablePropagateAdditionalUserContextData": .bool(false), "AuthSessionValidity": .integer(sessionSeconds / 60),
      "PreventUserExistenceErrors": .string(preventUserExistenceErrors ? "ENABLED" : "LEGACY"),
      "ClientType": .string("REGULAR"),
    ]
    members["ClientSecret"] = secret.map(JSON.string)
    for (member, values) in [
      ("CallbackURLs", callbackURLs), ("LogoutURLs", logoutURLs), ("AllowedOAuthScopes", scopes),
    ] where !values.isEmpty {
      members[member] = .strings(values)
    }
    return .object(members.merging(settings.given.map(Self.completed) ?? seeded) { $1 })
  }

  private static func completed(_ given: [String: JSON]) -> [String: JSON] {
    var given = given
    given["RefreshTokenValidity"] = given["RefreshTokenValidity"] ?? .integer(30)
    given["TokenValidityUnits"] = given["TokenValidityUnits"] ?? .object([:])
    return given
  }

  /// For a client of a seed, whose lifetimes need not be whole minutes.
  private var seeded: [String: JSON] {
    [
      "ExplicitAuthFlows": .strings(flows.map(\.rawValue)), "AllowedOAuthFlows": .strings(oauthFlows),
      "AccessTokenValidity": .integer(accessTokenSeconds), "IdTokenValidity": .integer(idTokenSeconds),
      "RefreshTokenValidity": .integer(refreshTokenSeconds),
      "TokenValidityUnits": .strings(["AccessToken": "seconds", "IdToken": "seconds", "RefreshToken": "seconds"]),
      "RefreshTokenRotation": .object([
        "Feature": .string(rotation.enabled ? "ENABLED" : "DISABLED"),
        "RetryGracePeriodSeconds": .integer(rotation.graceSeconds),
      ]),
    ]
  }
}
