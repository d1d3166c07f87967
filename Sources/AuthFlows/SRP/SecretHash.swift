internal import SessionCrypto
internal import SessionModel

/// `SECRET_HASH` of a client with a secret.
enum SecretHash {
  /// base64(HMAC-SHA256(client secret, name + client id)), over exactly the name that the same request sends.
  static func make(name: String, clientID: String, clientSecret: Secret) throws(DigestError) -> Secret {
    Base64.encode(try HMAC.sha256(key: clientSecret, [Secret(copyingUTF8: name + clientID)]))
  }
}
