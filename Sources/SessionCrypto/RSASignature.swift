internal import COpenSSL
public import SessionModel

/// An RSA key that verifies RS256 signatures (RFC 7518 §3.3).
public struct RSAPublicKey: Hashable, Sendable {
  /// The smallest modulus that RFC 7518 §3.3 allows, in bits.
  public static let minimumBits = 2048
  /// A modulus of more bits is refused, so that no key makes verification slow.
  public static let maximumBits = 8192

  /// The modulus, big-endian (`n`).
  public let modulus: [UInt8]
  /// The public exponent, big-endian (`e`).
  public let exponent: [UInt8]

  /// Nil where the modulus is outside the sizes above or either number is even.
  public init?(modulus: [UInt8], exponent: [UInt8]) {
    let modulus = Array(modulus.drop { $0 == 0 })
    let exponent = Array(exponent.drop { $0 == 0 })
    guard let first = modulus.first, let last = modulus.last, let exponentLast = exponent.last else { return nil }
    let bits = modulus.count * 8 - first.leadingZeroBitCount
    guard (RSAPublicKey.minimumBits...RSAPublicKey.maximumBits).contains(bits), last & 1 == 1,
      exponentLast & 1 == 1, exponent.count <= 8, exponent != [1]
    else { return nil }
    self.modulus = modulus
    self.exponent = exponent
  }

  /// Whether `signature` is this key's RSASSA-PKCS1-v1_5 signature with SHA-256 of the message.
  public func verifies(signature: [UInt8], of message: Secret) throws(DigestError) -> Bool {
    let key = try makeKey()
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_MD_CTX_new() else { throw DigestError("EVP_MD_CTX_new") }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else {
      throw DigestError("EVP_DigestVerifyInit")
    }
    let verified = message.withRevealedBytes { message in
      signature.withUnsafeBufferPointer { signature in
        EVP_DigestVerify(
          context, signature.baseAddress, signature.count, message.baseAddress?.assumingMemoryBound(to: UInt8.self),
          message.count)
      }
    }
    ERR_clear_error()
    return verified == 1
  }

  /// EVP_PKEY_PUBLIC_KEY, a macro that Swift does not import: the public key with its parameters.
  private static let publicKeySelection: Int32 = 0x86

  /// OSSL_PKEY_PARAM_RSA_N and _E.
  private static let modulusName: StaticString = "n"
  private static let exponentName: StaticString = "e"

  private func makeKey() throws(DigestError) -> OpaquePointer {
    let builder = OSSL_PARAM_BLD_new()
    defer { OSSL_PARAM_BLD_free(builder) }
    let n = BN_bin2bn(modulus, Int32(modulus.count), nil)
    let e = BN_bin2bn(exponent, Int32(exponent.count), nil)
    defer {
      BN_free(n)
      BN_free(e)
    }
    guard OSSL_PARAM_BLD_push_BN(builder, RSAPublicKey.modulusName.parameterName, n) == 1,
      OSSL_PARAM_BLD_push_BN(builder, RSAPublicKey.exponentName.parameterName, e) == 1
    else { throw DigestError("OSSL_PARAM_BLD_push_BN") }
    guard let parameters = OSSL_PARAM_BLD_to_param(builder) else { throw DigestError("OSSL_PARAM_BLD_to_param") }
    defer { OSSL_PARAM_free(parameters) }
    guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else {
      throw DigestError("EVP_PKEY_CTX_new_from_name")
    }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_fromdata_init(context) == 1,
      EVP_PKEY_fromdata(context, &key, RSAPublicKey.publicKeySelection, parameters) == 1, let key
    else { throw DigestError("EVP_PKEY_fromdata") }
    return key
  }
}
