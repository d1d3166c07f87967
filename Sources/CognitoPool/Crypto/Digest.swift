import COpenSSL

/// Hashes and message authentication codes by OpenSSL.
enum Digest {
  static func sha256(_ data: [UInt8]) throws(CryptoFailure) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 32)
    guard EVP_Q_digest(nil, "SHA256", nil, data, data.count, &out, nil) == 1 else {
      throw CryptoFailure(call: "EVP_Q_digest")
    }
    return out
  }

  static func hmacSHA256(key: [UInt8], _ data: [UInt8]) throws(CryptoFailure) -> [UInt8] {
    try hmac("SHA256", key: key, data, size: 32)
  }

  static func hmacSHA1(key: [UInt8], _ data: [UInt8]) throws(CryptoFailure) -> [UInt8] {
    try hmac("SHA1", key: key, data, size: 20)
  }

  private static func hmac(
    _ hash: String, key: [UInt8], _ data: [UInt8], size: Int
  ) throws(CryptoFailure) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: size)
    var written = 0
    // A key must not be a null pointer even when it is empty.
    let length = key.count
    let made = (key + [0]).withUnsafeBufferPointer { key in
      EVP_Q_mac(nil, "HMAC", nil, hash, nil, key.baseAddress, length, data, data.count, &out, size, &written)
    }
    guard made != nil, written == size else { throw CryptoFailure(call: "EVP_Q_mac") }
    return out
  }

  /// Compares without telling by its time where the first difference is.
  static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }

  static func equal(_ left: String, _ right: String) -> Bool { equal([UInt8](left.utf8), [UInt8](right.utf8)) }
}
