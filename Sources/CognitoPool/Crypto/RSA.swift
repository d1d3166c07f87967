import COpenSSL

/// A 2048-bit RSA key that signs one kind of token; kept as DER so that the value is plain data.
struct SigningKey: Codable, Sendable, Equatable {
  let kid: String
  /// PKCS#1 private key, base64.
  let privateKey: String
  /// Modulus and exponent as JWKS has them.
  let n: String
  let e: String

  static func generate(random: any RandomSource) throws -> SigningKey {
    let key = try RSA.generate()
    defer { EVP_PKEY_free(key) }
    return SigningKey(
      kid: Base64.encode(random.bytes(32)), privateKey: Base64.encode(try RSA.privateDER(key)),
      n: Base64URL.encode(try RSA.parameter("n", of: key)), e: Base64URL.encode(try RSA.parameter("e", of: key)))
  }

  /// RS256 (RFC 7518 §3.3).
  func sign(_ message: [UInt8]) throws -> [UInt8] {
    let key = try loaded()
    defer { EVP_PKEY_free(key) }
    return try RSA.sign(message, with: key)
  }

  func verifies(_ message: [UInt8], signature: [UInt8]) throws -> Bool {
    let key = try loaded()
    defer { EVP_PKEY_free(key) }
    return try RSA.verify(message, signature, with: key)
  }

  private func loaded() throws -> OpaquePointer {
    guard let der = Base64.decode(privateKey) else { throw CryptoFailure(call: "base64 of a stored key") }
    var cursor: UnsafePointer<UInt8>?
    return try der.withUnsafeBufferPointer { bytes throws(CryptoFailure) in
      cursor = bytes.baseAddress
      guard let key = d2i_AutoPrivateKey(nil, &cursor, bytes.count) else {
        throw CryptoFailure(call: "d2i_AutoPrivateKey")
      }
      return key
    }
  }
}

private enum RSA {
  static func generate() throws(CryptoFailure) -> OpaquePointer {
    guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else {
      throw CryptoFailure(call: "EVP_PKEY_CTX_new_from_name")
    }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) == 1,
      EVP_PKEY_generate(context, &key) == 1, let key
    else { throw CryptoFailure(call: "EVP_PKEY_generate") }
    return key
  }

  static func privateDER(_ key: OpaquePointer) throws(CryptoFailure) -> [UInt8] {
    let length = i2d_PrivateKey(key, nil)
    guard length > 0 else { throw CryptoFailure(call: "i2d_PrivateKey") }
    var out = [UInt8](repeating: 0, count: Int(length))
    out.withUnsafeMutableBufferPointer { bytes in
      var cursor = bytes.baseAddress
      i2d_PrivateKey(key, &cursor)
    }
    return out
  }

  static func parameter(_ name: String, of key: OpaquePointer) throws(CryptoFailure) -> [UInt8] {
    let number = try BigNumber()
    var target: OpaquePointer? = number.pointer
    guard EVP_PKEY_get_bn_param(key, name, &target) == 1 else { throw CryptoFailure(call: "EVP_PKEY_get_bn_param") }
    return number.bytes
  }

  static func sign(_ message: [UInt8], with key: OpaquePointer) throws(CryptoFailure) -> [UInt8] {
    guard let context = EVP_MD_CTX_new() else { throw CryptoFailure(call: "EVP_MD_CTX_new") }
    defer { EVP_MD_CTX_free(context) }
    var length = Int(EVP_PKEY_get_size(key))
    var out = [UInt8](repeating: 0, count: length)
    guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
      EVP_DigestSign(context, &out, &length, message, message.count) == 1
    else { throw CryptoFailure(call: "EVP_DigestSign") }
    return Array(out.prefix(length))
  }

  static func verify(
    _ message: [UInt8], _ signature: [UInt8], with key: OpaquePointer
  ) throws(CryptoFailure) -> Bool {
    guard let context = EVP_MD_CTX_new() else { throw CryptoFailure(call: "EVP_MD_CTX_new") }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else {
      throw CryptoFailure(call: "EVP_DigestVerifyInit")
    }
    return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}
