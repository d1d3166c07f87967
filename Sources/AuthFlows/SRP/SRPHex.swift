internal import SessionCrypto
internal import SessionModel

/// Numbers as Cognito's SRP writes and hashes them.
enum SRPHex {
  /// The bytes of a number in hexadecimal, most significant first; nil where it is none.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard !digits.isEmpty else { return nil }
    var bytes: [UInt8] = []
    var position = 0
    while position < digits.count {
      let width = position == 0 && digits.count % 2 == 1 ? 1 : 2
      var byte: UInt8 = 0
      for digit in digits[position..<position + width] {
        guard let value = value(of: digit) else { return nil }
        byte = byte << 4 | value
      }
      bytes.append(byte)
      position += width
    }
    return bytes
  }

  /// The number in the fewest lower-case digits: the form of `SRP_A` on the wire.
  static func minimal(_ number: Secret) -> String {
    number.withRevealedBytes { bytes in
      let digits = bytes.hexadecimal.drop { $0 == "0" }
      return digits.isEmpty ? "0" : String(digits)
    }
  }

  /// The bytes that are hashed for a number: the shortest two's complement of a number that is not negative, so that a
  /// set top bit brings a zero byte before it, and no width is ever filled up.
  static func padded(_ number: Secret) -> Secret {
    number.withRevealedBytes { bytes in
      let digits = UnsafeRawBufferPointer(rebasing: bytes.drop { $0 == 0 })
      let needsSign = digits.first.map { $0 >= 0x80 } ?? true
      return Secret(count: digits.count + (needsSign ? 1 : 0)) { output in
        UnsafeMutableRawBufferPointer(rebasing: output[(needsSign ? 1 : 0)...]).copyMemory(from: digits)
      }
    }
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
