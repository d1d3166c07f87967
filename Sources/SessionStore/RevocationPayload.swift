internal import SessionCrypto
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

  /// The binding's length in four bytes, the binding as JSON, the token.
  var encoded: Secret {
    let object: JSONValue = [
      "issuer": .string(binding.issuer), "token_endpoint": .string(binding.tokenEndpoint),
      "revocation_endpoint": .optional(binding.revocationEndpoint), "client_id": .string(binding.clientID),
      "user_pool_id": .optional(binding.userPoolID), "ca_file": .optional(binding.caFile),
    ]
    let origin = object.serialized()
    return Secret(joining: [Secret(copying: origin.count.bigEndianBytes + origin), refreshToken])
  }
}

extension RevocationPayload {
  /// Nil where the bytes are not a payload.
  init?(_ encoded: Secret) {
    let parts = encoded.withRevealedBytes { bytes -> (Secret, Secret)? in
      guard bytes.count >= 4 else { return nil }
      let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - 4 else { return nil }
      return (
        Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[4..<(4 + length)])),
        Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[(4 + length)...]))
      )
    }
    guard let (origin, token) = parts, let json = JSONValue(parsing: origin), let issuer = json["issuer"]?.string,
      let tokenEndpoint = json["token_endpoint"]?.string, let clientID = json["client_id"]?.string
    else { return nil }
    binding = SessionBinding(
      issuer: issuer, tokenEndpoint: tokenEndpoint, revocationEndpoint: json["revocation_endpoint"]?.string,
      clientID: clientID, userPoolID: json["user_pool_id"]?.string, caFile: json["ca_file"]?.string)
    refreshToken = token
  }
}
