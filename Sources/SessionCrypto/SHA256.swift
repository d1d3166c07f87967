internal import COpenSSL
public import SessionModel

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
  /// Bytes in a digest.
  public static let size = 32

  /// The digest of the parts, one after the other.
  public static func hash(_ parts: Secret...) throws(DigestError) -> Secret { try hash(parts) }

  /// The digest of the parts, one after the other.
  public static func hash(_ parts: [Secret]) throws(DigestError) -> Secret {
    guard let context = EVP_MD_CTX_new() else { throw DigestError("EVP_MD_CTX_new") }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw DigestError("EVP_DigestInit_ex") }
    for part in parts {
      let updated = part.withRevealedBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
      guard updated == 1 else { throw DigestError("EVP_DigestUpdate") }
    }
    var finished: Int32 = 0
    let digest = Secret(count: size) { output in
      finished = EVP_DigestFinal_ex(context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
    }
    guard finished == 1 else { throw DigestError("EVP_DigestFinal_ex") }
    return digest
  }
}
