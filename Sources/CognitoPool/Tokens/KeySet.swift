/// What a pool publishes about its tokens.
enum KeySet {
  /// `/.well-known/jwks.json` (RFC 7517).
  static func jwks(_ keys: PoolKeys) -> JSON {
    .object([
      "keys": .array(
        keys.published.map { key in
          .strings(["alg": "RS256", "e": key.e, "kid": key.kid, "kty": "RSA", "n": key.n, "use": "sig"])
        })
    ])
  }

  /// `/.well-known/openid-configuration`, as far as the pool has what it names.
  static func discovery(issuer: String) -> JSON {
    .object([
      "issuer": .string(issuer),
      "jwks_uri": .string("\(issuer)/.well-known/jwks.json"),
      "id_token_signing_alg_values_supported": .strings(["RS256"]),
      "subject_types_supported": .strings(["public"]),
    ])
  }
}
