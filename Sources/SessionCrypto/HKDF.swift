internal import COpenSSL
public import SessionModel

/// HKDF with SHA-256 (RFC 5869), extract and expand.
public enum HKDF {
  /// `count` bytes of key from the input keying material.
  public static func sha256(
    inputKey: Secret, salt: Secret, info: String, count: Int
  ) throws(DigestError) -> Secret {
    guard let algorithm = EVP_KDF_fetch(nil, "HKDF", nil) else { throw DigestError("EVP_KDF_fetch") }
    defer { EVP_KDF_free(algorithm) }
    guard let context = EVP_KDF_CTX_new(algorithm) else { throw DigestError("EVP_KDF_CTX_new") }
    defer { EVP_KDF_CTX_free(context) }
    var derived: Int32 = 0
    let key = Secret(count: count) { output in
      derived = derive(context, inputKey: inputKey, salt: salt, info: info, into: output)
    }
    guard derived == 1 else { throw DigestError("EVP_KDF_derive") }
    return key
  }

  /// OSSL_KDF_PARAM_DIGEST, _KEY, _SALT and _INFO.
  private static let digestName: StaticString = "digest"
  private static let keyName: StaticString = "key"
  private static let saltName: StaticString = "salt"
  private static let infoName: StaticString = "info"

  private static func derive(
    _ context: OpaquePointer, inputKey: Secret, salt: Secret, info: String, into output: UnsafeMutableRawBufferPointer
  ) -> Int32 {
    var digest = Array("SHA256".utf8CString)
    var info = Array(info.utf8)
    return digest.withUnsafeMutableBufferPointer { digest in
      info.withUnsafeMutableBytes { info in
        salt.withRevealedBytes { salt in
          inputKey.withRevealedBytes { inputKey in
            let parameters = [
              OSSL_PARAM_construct_utf8_string(digestName.parameterName, digest.baseAddress, 0),
              octets(keyName, inputKey), octets(saltName, salt),
              OSSL_PARAM_construct_octet_string(infoName.parameterName, info.baseAddress, info.count),
              OSSL_PARAM_construct_end(),
            ]
            return EVP_KDF_derive(
              context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), output.count, parameters)
          }
        }
      }
    }
  }

  /// OpenSSL only reads what a parameter of EVP_KDF_derive points to, though its type says otherwise.
  private static func octets(_ name: StaticString, _ bytes: UnsafeRawBufferPointer) -> OSSL_PARAM {
    OSSL_PARAM_construct_octet_string(
      name.parameterName, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }
}
