internal import SessionModel
internal import WireJSON

/// What an order to revoke holds under its seal: where it goes, and the refresh token.
///
/// Sealed once with the session and bound to its sign-in, so that it can become an order without being opened.
struct RevocationPayload {
  var binding: SessionBinding
  var refreshToken: Secret

  /// What the sealed payload is bound to, with the session and in the table of orders alike.
  static func context(subject: String, session: String, profile: String, issuer: String, clientID: String)
    -> SealContext
  {
    SealContext(
      table: "revocation", row: subject, column: "sealed", bound: [session, profile, issuer, clientID])
  }

  var encoded: Secret {
    let object: JSONValue = [
      "issuer": .string(binding.issuer), "token_endpoint": .string(binding.tokenEndpoint),
      "revocation_endpoint": .optional(binding.revocationEndpoint), "client_id": .string(binding.clientID),
      "user_pool_id": .optional(binding.userPoolID), "ca_file": .optional(binding.caFile),
    ]
    return HeadedSecret(head: object, secret: refreshToken).encoded
  }
}

extension RevocationPayload {
  /// Nil where the bytes are not a payload.
  init?(_ encoded: Secret) {
    guard let headed = HeadedSecret(encoded), let issuer = headed.head["issuer"]?.string,
      let tokenEndpoint = headed.head["token_endpoint"]?.string, let clientID = headed.head["client_id"]?.string
    else { return nil }
    binding = SessionBinding(
      issuer: issuer, tokenEndpoint: tokenEndpoint, revocationEndpoint: headed.head["revocation_endpoint"]?.string,
      clientID: clientID, userPoolID: headed.head["user_pool_id"]?.string, caFile: headed.head["ca_file"]?.string)
    refreshToken = headed.secret
  }
}
