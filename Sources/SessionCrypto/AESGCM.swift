internal import COpenSSL
public import SessionModel

/// AES-256-GCM (NIST SP 800-38D) over OpenSSL's EVP, with a 96-bit nonce and a 128-bit tag.
public enum AESGCM {
  /// Length of the key in bytes.
  public static let keyLength = 32
  /// Length of the nonce in bytes.
  public static let nonceLength = 12
  /// Length of the tag in bytes.
  public static let tagLength = 16

  /// Why a value was not sealed or not opened.
  public enum Failure: Error, Hashable, Sendable {
    /// Key or nonce has the wrong length: our own mistake or a damaged key.
    case wrongLength
    /// The value is not what was sealed under this key and these associated data.
    case notAuthentic
    /// OpenSSL refused, for want of memory or of the cipher.
    case cipherUnavailable
  }

  /// Seals the plaintext; the answer is nonce, ciphertext, tag.
  ///
  /// - Parameter nonce: 12 bytes, random and never used again with this key.
  public static func seal(
    _ plaintext: UnsafeRawBufferPointer, key: Secret, nonce: [UInt8], authenticating associated: [UInt8]
  ) throws(Failure) -> [UInt8] {
    let context = try begin(key: key, nonce: nonce, encrypting: true)
    defer { EVP_CIPHER_CTX_free(context) }
    try authenticate(associated, context)
    var sealed = nonce + [UInt8](repeating: 0, count: plaintext.count + tagLength)
    let done = sealed.withUnsafeMutableBytes { output -> Bool in
      guard let base = output.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
      let body = base + nonceLength
      return update(context, output: body, input: plaintext) && finish(context)
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagLength), body + plaintext.count) == 1
    }
    guard done else { throw .cipherUnavailable }
    return sealed
  }

  /// Seals a secret straight from its guarded memory.
  public static func seal(
    _ plaintext: Secret, key: Secret, nonce: [UInt8], authenticating associated: [UInt8]
  ) throws(Failure) -> [UInt8] {
    try plaintext.withRevealedBytes { (bytes) throws(Failure) in
      try seal(bytes, key: key, nonce: nonce, authenticating: associated)
    }
  }

  /// Opens what `seal` made, straight into guarded memory.
  ///
  /// - Throws: `notAuthentic` where key, associated data or any bit differ from those at sealing.
  public static func open(
    _ sealed: [UInt8], key: Secret, authenticating associated: [UInt8]
  ) throws(Failure) -> Secret {
    guard sealed.count >= nonceLength + tagLength else { throw .notAuthentic }
    let context = try begin(key: key, nonce: Array(sealed[..<nonceLength]), encrypting: false)
    defer { EVP_CIPHER_CTX_free(context) }
    try authenticate(associated, context)
    do {
      return try sealed.withUnsafeBytes { bytes in
        let body = UnsafeRawBufferPointer(rebasing: bytes[nonceLength..<(bytes.count - tagLength)])
        var tag = Array(bytes[(bytes.count - tagLength)...])
        return try Secret(count: body.count) { output in
          guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagLength), &tag) == 1,
            update(context, output: output.baseAddress?.assumingMemoryBound(to: UInt8.self), input: body),
            finish(context)
          else { throw Failure.notAuthentic }
        }
      }
    } catch {
      throw .notAuthentic
    }
  }

  private static func begin(key: Secret, nonce: [UInt8], encrypting: Bool) throws(Failure) -> OpaquePointer {
    guard key.count == keyLength, nonce.count == nonceLength else { throw .wrongLength }
    guard let context = EVP_CIPHER_CTX_new() else { throw .cipherUnavailable }
    let ready = key.withRevealedBytes { bytes in
      EVP_CipherInit_ex(
        context, EVP_aes_256_gcm(), nil, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce,
        encrypting ? 1 : 0)
    }
    guard ready == 1 else {
      EVP_CIPHER_CTX_free(context)
      throw .cipherUnavailable
    }
    return context
  }

  private static func authenticate(_ associated: [UInt8], _ context: OpaquePointer) throws(Failure) {
    guard associated.withUnsafeBytes({ update(context, output: nil, input: $0) }) else { throw .cipherUnavailable }
  }

  /// One EVP_CipherUpdate; with no output the input is associated data. Nothing is done for no input.
  private static func update(
    _ context: OpaquePointer, output: UnsafeMutablePointer<UInt8>?, input: UnsafeRawBufferPointer
  ) -> Bool {
    guard !input.isEmpty else { return true }
    guard let count = Int32(exactly: input.count) else { return false }
    var written: Int32 = 0
    return EVP_CipherUpdate(context, output, &written, input.baseAddress?.assumingMemoryBound(to: UInt8.self), count)
      == 1 && written == count
  }

  /// EVP_CipherFinal_ex: computes the tag, or compares it. GCM writes no more output then.
  private static func finish(_ context: OpaquePointer) -> Bool {
    var block = [UInt8](repeating: 0, count: 16)
    var written: Int32 = 0
    return EVP_CipherFinal_ex(context, &block, &written) == 1
  }
}
