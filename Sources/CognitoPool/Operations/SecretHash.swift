/// How a client with a secret proves that it has it.
extension AppClient {
  /// SECRET_HASH: HMAC-SHA256 keyed by the secret over name and client id, base64.
  static func secretHash(name: String, clientID: String, secret: String) throws(CryptoFailure) -> String {
    Base64.encode(try Digest.hmacSHA256(key: [UInt8](secret.utf8), [UInt8]((name + clientID).utf8)))
  }

  func checkSecretHash(_ given: String?, name: String) throws {
    guard let secret else {
      if given == nil { return }
      throw ServiceError.notAuthorized("Unable to verify secret hash for client \(id)", note: "client has no secret")
    }
    guard let given else {
      throw ServiceError.notAuthorized(
        "Client \(id) is configured with secret but SECRET_HASH was not received")
    }
    let right = try Self.secretHash(name: name, clientID: id, secret: secret)
    guard Digest.equal(right, given) else {
      throw ServiceError.notAuthorized("Unable to verify secret hash for client \(id)")
    }
  }

  /// A refresh names nobody: the hash is over the real username.
  func checkRefreshSecretHash(_ given: String?, realName: String) throws {
    guard let secret, let given else { return try checkSecretHash(given, name: realName) }
    let right = try Self.secretHash(name: realName, clientID: id, secret: secret)
    guard Digest.equal(right, given) else {
      throw ServiceError.notAuthorized("SecretHash does not match for the client: \(id)")
    }
  }

  /// The raw secret, where an operation takes it instead of a hash.
  func checkSecret(_ given: String?) throws(ServiceError) {
    switch (secret, given) {
    case (nil, nil): return
    case (.some, nil):
      throw .notAuthorized("Client \(id) is configured for secret but secret was not received")
    case (let secret?, let given?) where Digest.equal(secret, given): return
    case (_, .some): throw .notAuthorized("Unable to verify secret hash for client \(id)")
    }
  }
}
