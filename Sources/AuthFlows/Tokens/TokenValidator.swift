internal import SessionCrypto
internal import SessionModel
internal import WireJSON

/// Checks a pool's tokens for a client (RFC 7519 §7.2; Cognito Developer Guide, "Verifying JSON web tokens").
struct TokenValidator {
  /// How far the clocks of provider and agent may be apart where the provider's is not known.
  static let leewayMilliseconds: Int64 = 60_000

  var settings: CognitoSettings
  var keys: KeyCache
  var transport: any ProviderTransport

  /// The token, checked for all but who it is about.
  ///
  /// - Parameter nonce: what the request for an ID token carried, where it carried one (OIDC Core §3.1.3.7).
  func check(
    _ value: Secret, _ type: TokenType, at now: Timestamp, nonce: String? = nil
  ) async throws(TokenError) -> CheckedToken {
    let token = try JSONWebToken(value)
    guard token.algorithm == "RS256" else { throw .algorithm(String(token.algorithm.prefix(16))) }
    guard let keyID = token.keyID, !keyID.isEmpty else { throw .noKeyID }
    // What needs no key comes first: a token of another pool must not make us fetch ours again.
    try checkClaims(of: token, type, at: now)
    if let nonce, Secret(copyingUTF8: try token.string("nonce")) != Secret(copyingUTF8: nonce) { throw .wrongNonce }
    let key = try await keys.key(id: keyID, at: settings.jwksURL, through: transport)
    let isSigned: Bool
    do throws(DigestError) {
      isSigned = try key.verifies(signature: token.signature, of: token.signingInput)
    } catch {
      throw .keysUnavailable(error.description)
    }
    guard isSigned else { throw .badSignature }
    let times = (try token.time("iat"), try token.time("exp"))
    return CheckedToken(
      token: Token(value: value, issuedAt: times.0, expiresAt: times.1, claims: token.payload), claims: token.claims)
  }

  private func checkClaims(of token: JSONWebToken, _ type: TokenType, at now: Timestamp) throws(TokenError) {
    let issuer = try token.string("iss")
    guard settings.issuers.contains(issuer) else { throw .wrongIssuer(String(issuer.prefix(200))) }
    guard try token.string("token_use") == type.rawValue else { throw .wrongUse }
    let client: String
    switch type {
    case .access: client = try token.string("client_id")
    case .id: client = try token.string("aud")
    }
    guard client == settings.clientID else { throw .wrongClient }
    _ = try token.string("sub")
    _ = try token.time("iat")
    let expiry = try token.time("exp")
    guard now < expiry.adding(milliseconds: TokenValidator.leewayMilliseconds) else { throw .expired }
  }
}

/// A token whose signature and claims were found right.
struct CheckedToken {
  var token: Token
  var claims: JSONValue

  /// Who it is about. The names are Cognito's: `username` in access tokens, `cognito:username` in ID tokens.
  var identity: Identity {
    let subject = claims["sub"]?.string ?? ""
    let name = claims["username"]?.string ?? claims["cognito:username"]?.string ?? subject
    let scopes = claims["scope"]?.string?.split(separator: " ").map(String.init) ?? []
    return Identity(issuer: claims["iss"]?.string ?? "", subject: subject, username: name, scopes: scopes)
  }
}
