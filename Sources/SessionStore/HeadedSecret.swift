internal import SessionCrypto
internal import SessionModel
internal import WireJSON

/// A secret with what belongs to it and is none, as one sealed value: the head's length in four bytes, the head as JSON,
/// the secret. So the secret is never a part of a text.
struct HeadedSecret {
  var head: JSONValue
  var secret: Secret

  init(head: JSONValue, secret: Secret) {
    self.head = head
    self.secret = secret
  }

  var encoded: Secret {
    let bytes = head.serialized()
    return Secret(joining: [Secret(copying: bytes.count.bigEndianBytes + bytes), secret])
  }

  /// Nil where the bytes are no such value.
  init?(_ encoded: Secret) {
    let parts = encoded.withRevealedBytes { bytes -> (Secret, Secret)? in
      guard bytes.count >= 4 else { return nil }
      let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - 4 else { return nil }
      return (
        Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[4..<(4 + length)])),
        Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[(4 + length)...]))
      )
    }
    guard let (head, secret) = parts, let json = JSONValue(parsing: head) else { return nil }
    self.init(head: json, secret: secret)
  }
}
