internal import SessionCrypto
internal import SessionModel
internal import WireJSON

extension CognitoClient {
  /// Checks tokens that came together.
  ///
  /// - Parameter subject: whom they must be about; nil at a sign-in, where the access token says it.
  func check(
    access: Secret, id: Secret?, subject: String?, at now: Timestamp
  ) async throws(ProviderFailure) -> (access: CheckedToken, id: CheckedToken?) {
    let checkedAccess = try await check(access, .access, subject: subject, at: now)
    guard let id else { return (checkedAccess, nil) }
    let checkedID = try await check(id, .id, subject: checkedAccess.identity.subject, at: now)
    try checkHash(of: access, in: checkedID)
    return (checkedAccess, checkedID)
  }

  private func check(
    _ value: Secret, _ type: TokenType, subject: String?, at now: Timestamp
  ) async throws(ProviderFailure) -> CheckedToken {
    do throws(TokenError) {
      let token = try await validator.check(value, type, at: now)
      if let subject, token.identity.subject != subject { throw TokenError.wrongSubject }
      return token
    } catch {
      throw error.failure(type)
    }
  }

  /// `at_hash`, where the ID token has it: the left half of the access token's SHA-256 (OIDC Core §3.1.3.6).
  private func checkHash(of access: Secret, in id: CheckedToken) throws(ProviderFailure) {
    guard let claim = id.claims["at_hash"] else { return }
    let expected: Secret
    do {
      let left = try SHA256.hash(access).withRevealedBytes { Secret(copying: $0.prefix(SHA256.size / 2)) }
      expected = Base64.encode(left, .url)
    } catch {
      throw TokenError.keysUnavailable(error.description).failure(.id)
    }
    guard let text = claim.string, Secret(copyingUTF8: text) == expected else {
      throw TokenError.wrongAccessTokenHash.failure(.id)
    }
  }
}
