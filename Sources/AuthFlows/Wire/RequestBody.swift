internal import SessionModel
internal import WireJSON

extension Secret {
  /// The value as compact JSON. The buffer that it is written in never moves and is overwritten, so that no other copy
  /// of a secret in it stays behind.
  init(json value: JSONValue) {
    var output: [UInt8] = []
    output.reserveCapacity(value.serializedBound)
    value.write(to: &output)
    self = output.withUnsafeBytes { Secret(copying: $0) }
    output.withUnsafeMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
  }
}

extension JSONValue {
  /// At least as many bytes as the value has when written: each byte of a string may take six (`\u001f`).
  fileprivate var serializedBound: Int {
    switch self {
    case .null, .bool, .integer, .double: 32
    case .string(let value): value.utf8.count * 6 + 2
    case .secret(let value): value.count * 6 + 2
    case .array(let values): values.reduce(2) { $0 + $1.serializedBound + 1 }
    case .object(let members): members.reduce(2) { $0 + $1.name.utf8.count * 6 + $1.value.serializedBound + 4 }
    }
  }
}

extension JSONValue {
  /// Whether a text holds one of the value's secrets.
  func hasSecret(in text: String) -> Bool {
    switch self {
    case .null, .bool, .integer, .double, .string: false
    case .secret(let secret): secret.occurs(in: Array(text.utf8))
    case .array(let values): values.contains { $0.hasSecret(in: text) }
    case .object(let members): members.contains { $0.value.hasSecret(in: text) }
    }
  }
}

extension Secret {
  /// Whether the bytes stand somewhere in a text; looked for without making a string of them.
  fileprivate func occurs(in text: [UInt8]) -> Bool {
    guard !isEmpty, count <= text.count else { return false }
    return withRevealedBytes { bytes in
      (0...(text.count - bytes.count)).contains { start in bytes.elementsEqual(text[start..<start + bytes.count]) }
    }
  }
}
