/// Checks the ID tokens that people prove their logins with.
extension IdentityTurn {
  /// What is known of somebody once a token has been checked.
  struct Login {
    let provider: String
    let subject: String
    let claims: [String: JSON]
  }

  /// Every login of a request, or the refusal of the first that is not good.
  func logins(_ request: Request) throws -> [Login] {
    try request.parameters("Logins").values.sorted { $0.key < $1.key }.map { try login($0.key, $0.value) }
  }

  /// The providers that a key of `Logins` means: by AWS's name, or the issuer without its scheme.
  func providers(named name: String) -> [IdentityPool.Provider] {
    pool.providers.filter { $0.name == name || "\(baseURL)/\($0.userPoolID)".hasSuffix("://\(name)") }
  }

  private func login(_ name: String, _ token: String) throws -> Login {
    let providers = providers(named: name)
    guard let poolID = providers.first?.userPoolID, let userPool = userPools[poolID] else {
      throw ServiceError.unsupportedProvider
    }
    guard let unverified = JWT.unverifiedClaims(token) else {
      throw ServiceError.invalidLogin("Not a valid OpenId Connect identity token.")
    }
    guard unverified["iss"] == .string("\(baseURL)/\(poolID)") else {
      throw ServiceError.invalidLogin("Issuer doesn't match providerName")
    }
    guard let claims = try JWT.verify(token, keys: userPool.keys) else {
      throw ServiceError.invalidLogin("Couldn't verify signed token.")
    }
    guard let audience = claims["aud"]?.asString else {
      throw ServiceError.invalidLogin("Missing a required claim: aud")
    }
    guard let provider = providers.first(where: { $0.clientID == audience }), claims["token_use"] == .string("id")
    else { throw ServiceError.unsupportedProvider }
    guard let expiry = claims["exp"]?.asInteger, now < Seconds(expiry) else {
      throw ServiceError.invalidLogin("Token expired: \(Int(now)) >= \(claims["exp"]?.asInteger ?? 0)")
    }
    if provider.checksOnServer, !Self.isActive(claims, in: userPool) {
      throw ServiceError.invalidLogin("Token is inactive")
    }
    // Under AWS's name whatever it was called: it is the same login.
    return Login(provider: provider.name, subject: claims["sub"]?.asString ?? "", claims: claims)
  }

  /// Whether the sign-in goes on and its user may.
  private static func isActive(_ claims: [String: JSON], in pool: UserPool) -> Bool {
    guard let origin = claims["origin_jti"]?.asString, let grant = pool.grants[origin] else { return false }
    return grant.revokedAt == nil && pool.user(of: grant)?.enabled == true
  }
}

extension ServiceError {
  fileprivate static let unsupportedProvider = ServiceError.notAuthorized(
    "Token is not from a supported provider of this identity pool.")
}
