internal import COpenSSL
public import SessionModel

/// HMAC-SHA-256 (RFC 2104, FIPS 198-1).
public enum HMAC {
  /// The authentication code of the parts, one after the other.
  public static func sha256(key: Secret, _ parts: [Secret]) throws(DigestError) -> Secret {
    guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil) else { throw DigestError("EVP_MAC_fetch") }
    defer { EVP_MAC_free(algorithm) }
    guard let context = EVP_MAC_CTX_new(algorithm) else { throw DigestError("EVP_MAC_CTX_new") }
    defer { EVP_MAC_CTX_free(context) }
    guard start(context, key: key) == 1 else { throw DigestError("EVP_MAC_init") }
    for part in parts {
      let updated = part.withRevealedBytes {
        EVP_MAC_update(context, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count)
      }
      guard updated == 1 else { throw DigestError("EVP_MAC_update") }
    }
    var finished: Int32 = 0
    let code = Secret(count: SHA256.size) { output in
      var length = 0
      finished = EVP_MAC_final(
        context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), &length, output.count)
    }
    guard finished == 1 else { throw DigestError("EVP_MAC_final") }
    return code
  }

  /// OSSL_MAC_PARAM_DIGEST.
  private static let digestName: StaticString = "digest"

  private static func start(_ context: OpaquePointer, key: Secret) -> Int32 {
    var digest = Array("SHA256".utf8CString)
    return digest.withUnsafeMutableBufferPointer { name in
      let parameters = [
        OSSL_PARAM_construct_utf8_string(digestName.parameterName, name.baseAddress, 0), OSSL_PARAM_construct_end(),
      ]
      return key.withRevealedBytes {
        EVP_MAC_init(context, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count, parameters)
      }
    }
  }
}
