/// Time-based one-time passwords (RFC 6238): SHA-1, 30 seconds, six digits.
enum TOTP {
  static let period: Seconds = 30

  static func step(at time: Seconds) -> Int { Int((time / period).rounded(.down)) }

  static func code(secret: [UInt8], step: Int, digits: Int = 6) throws -> String {
    let counter = (0..<8).reversed().map { UInt8(truncatingIfNeeded: step >> ($0 * 8)) }
    let hash = try Digest.hmacSHA1(key: secret, counter)
    let offset = Int(hash[19] & 15)
    let number = hash[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
    let text = String(number % [1, 10, 100, 1000, 10000, 100_000, 1_000_000, 10_000_000, 100_000_000][digits])
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }
}

/// A user's authenticator app.
struct SoftwareToken: Codable, Sendable, Equatable {
  /// Base32, as the user typed or scanned it.
  let secret: String
  var deviceName: String?
  /// Steps whose code was taken, as far back as they can still be sent.
  var usedSteps: [Int] = []

  enum Answer: Equatable { case right, wrong, usedBefore }

  init(secret: String, deviceName: String? = nil) {
    self.secret = secret
    self.deviceName = deviceName
  }

  /// Takes a code of this step or one beside it, each once.
  mutating func check(_ code: String, at time: Seconds) throws -> Answer {
    guard let key = Base32.decode(secret) else { throw CryptoFailure(call: "base32 of a stored secret") }
    let current = TOTP.step(at: time)
    usedSteps.removeAll { abs($0 - current) > 1 }
    for step in [current, current - 1, current + 1]
    where Digest.equal(try TOTP.code(secret: key, step: step), code) {
      if usedSteps.contains(step) { return .usedBefore }
      usedSteps.append(step)
      return .right
    }
    return .wrong
  }
}
