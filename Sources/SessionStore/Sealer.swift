internal import Foundation
internal import SessionCrypto
internal import SessionModel

/// Seals and opens values under the data key.
struct Sealer {
  let key: Secret
  let random: any RandomSource

  func seal(_ value: Secret, _ context: SealContext) throws(AESGCM.Failure) -> Data {
    Data(
      try AESGCM.seal(
        value, key: key, nonce: random.bytes(AESGCM.nonceLength), authenticating: context.bytes))
  }

  func open(_ sealed: Data, _ context: SealContext) throws(AESGCM.Failure) -> Secret {
    try AESGCM.open(Array(sealed), key: key, authenticating: context.bytes)
  }
}

extension RandomSource {
  /// A key of `count` random bytes; the array that they came in is overwritten.
  func key(_ count: Int = AESGCM.keyLength) -> Secret {
    var bytes = self.bytes(count)
    return bytes.withUnsafeMutableBytes { buffer in
      let secret = Secret(copying: UnsafeRawBufferPointer(buffer))
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      return secret
    }
  }
}
