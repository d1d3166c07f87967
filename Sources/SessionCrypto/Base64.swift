public import SessionModel

/// Base64 (RFC 4648): §4 with padding, §5 (base64url) without.
public enum Base64 {
  /// The two alphabets in use.
  public enum Alphabet: Sendable {
    /// §4: `+`, `/`, padded.
    case standard
    /// §5: `-`, `_`, not padded (RFC 7515 §2).
    case url

    var characters: [UInt8] {
      let common = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
      return switch self {
      case .standard: common + Array("+/".utf8)
      case .url: common + Array("-_".utf8)
      }
    }

    var isPadded: Bool {
      switch self {
      case .standard: true
      case .url: false
      }
    }
  }

  /// The bytes in base64.
  public static func encode(_ bytes: Secret, _ alphabet: Alphabet = .standard) -> Secret {
    let characters = alphabet.characters
    let whole = bytes.count / 3 * 4
    let rest = bytes.count % 3
    let count = whole + (rest == 0 ? 0 : alphabet.isPadded ? 4 : rest + 1)
    return bytes.withRevealedBytes { input in
      Secret(count: count) { output in
        for index in 0..<count {
          let group = index / 4 * 3
          guard index < whole || index % 4 <= rest else {
            output[index] = UInt8(ascii: "=")
            continue
          }
          let sextets = (0..<3).reduce(UInt32(0)) { bits, offset in
            bits << 8 | (group + offset < input.count ? UInt32(input[group + offset]) : 0)
          }
          output[index] = characters[Int(sextets >> UInt32(18 - index % 4 * 6) & 63)]
        }
      }
    }
  }

  /// The bytes written so; nil where a character is of neither the alphabet nor the padding, or bits are left over.
  public static func decode(_ text: Secret, _ alphabet: Alphabet = .standard) -> Secret? {
    text.withRevealedBytes { input in decode(input, alphabet) }
  }

  /// The bytes written so; nil where a character is of neither the alphabet nor the padding, or bits are left over.
  public static func decode(_ text: some StringProtocol, _ alphabet: Alphabet = .standard) -> [UInt8]? {
    let decoded = decode(Secret(copying: text.utf8), alphabet)
    return decoded?.withRevealedBytes { Array($0) }
  }

  private static func decode(_ input: UnsafeRawBufferPointer, _ alphabet: Alphabet) -> Secret? {
    let padding = input.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    let length = input.count - padding
    let leftOver = length % 4
    guard leftOver != 1, padding == (alphabet.isPadded ? (4 - leftOver) % 4 : 0) else { return nil }
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, character) in alphabet.characters.enumerated() { values[Int(character)] = UInt8(value) }
    var isValid = true
    let decoded = Secret(count: length / 4 * 3 + max(0, leftOver - 1)) { output in
      var bits: UInt32 = 0
      var position = 0
      for index in 0..<length {
        let value = values[Int(input[index])]
        guard value != 0xFF else {
          isValid = false
          return
        }
        bits = bits << 6 | UInt32(value)
        let have = (index + 1) * 6 - position * 8
        if have >= 8 {
          output[position] = UInt8(truncatingIfNeeded: bits >> UInt32(have - 8))
          position += 1
        }
      }
      let unused = UInt32(length * 6 - position * 8)
      isValid = bits & (1 << unused - 1) == 0
    }
    return isValid ? decoded : nil
  }
}
