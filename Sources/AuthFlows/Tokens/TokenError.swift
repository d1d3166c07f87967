internal import SessionModel

/// Why a token is not taken. No case shows the token or a claim's value other than the issuer.
enum TokenError: Error, Hashable {
  /// Not three base64url parts with a JSON header and payload (RFC 7515 §7.1).
  case malformed
  /// Signed in another way than RS256.
  case algorithm(String)
  /// The header names no key.
  case noKeyID
  /// The issuer's key set has no such key.
  case unknownKey
  /// The key set can't be had, so the token can't be judged.
  case keysUnavailable(String)
  /// Not signed by the key that it names.
  case badSignature
  /// A claim is missing or has another type.
  case missingClaim(String)
  /// Of another pool.
  case wrongIssuer(String)
  /// An ID token for an access token, or the other way round.
  case wrongUse
  /// Of another client.
  case wrongClient
  /// About another user.
  case wrongSubject
  /// The answer to another request for a sign-in.
  case wrongNonce
  /// Expired.
  case expired
  /// The ID token belongs to another access token.
  case wrongAccessTokenHash
}

extension TokenError: CustomStringConvertible {
  var description: String {
    switch self {
    case .malformed: "it is not a signed token"
    case .algorithm(let name): "it is signed by \(name) and not by RS256"
    case .noKeyID: "it does not say by which key it is signed"
    case .unknownKey: "its key is not in the pool's key set"
    case .keysUnavailable(let why): "the pool's keys can't be had. \(why)"
    case .badSignature: "its signature is wrong"
    case .missingClaim(let name): "it lacks the claim \(name)"
    case .wrongIssuer(let issuer): "it is of another pool (\(issuer))"
    case .wrongUse: "it is a token of another kind"
    case .wrongClient: "it is of another client"
    case .wrongSubject: "it is another user's"
    case .wrongNonce: "it answers another sign-in than this one"
    case .expired: "it has expired"
    case .wrongAccessTokenHash: "it does not belong to the access token that came with it"
    }
  }

  /// What a token that can't be used means: never the end of a session, for nothing was refused.
  func failure(_ type: TokenType) -> ProviderFailure {
    let name =
      switch type {
      case .access: "access token"
      case .id: "ID token"
      }
    switch self {
    case .keysUnavailable:
      return ProviderFailure(.offline, Problem(.offline, "The provider's \(name) can't be checked: \(self)"))
    case .malformed, .algorithm, .noKeyID, .unknownKey, .badSignature, .missingClaim, .wrongIssuer, .wrongUse,
      .wrongClient, .wrongSubject, .wrongNonce, .expired, .wrongAccessTokenHash:
      let detail = "The provider's \(name) is not taken: \(self). Check the profile's pool and client."
      return ProviderFailure(.offline, Problem(.providerError, detail, retryable: true))
    }
  }
}
