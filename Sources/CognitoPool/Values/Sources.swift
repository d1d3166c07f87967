import Foundation
import Synchronization

/// Seconds since 1970, the unit of every time here; the fraction is kept.
typealias Seconds = Double

/// Where random bytes come from; the system's generator except in tests.
protocol RandomSource: Sendable {
  func bytes(_ count: Int) -> [UInt8]
}

struct SystemRandomSource: RandomSource {
  func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}

extension RandomSource {
  /// A random UUID (RFC 9562 §5.4) in lower case.
  func uuid() -> String {
    var raw = bytes(16)
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    let hex = Hex.encode(raw)
    let cuts = [0, 8, 12, 16, 20, 32].map { hex.index(hex.startIndex, offsetBy: $0) }
    return zip(cuts, cuts.dropFirst()).map { String(hex[$0..<$1]) }.joined(separator: "-")
  }
}

/// The pool's time: a base clock and the offset that `/_control` sets.
final class PoolClock: Sendable {
  private let base: @Sendable () -> Seconds
  private let offset = Mutex<Seconds>(0)

  init(base: @escaping @Sendable () -> Seconds = { Date().timeIntervalSince1970 }) { self.base = base }

  /// Without the offset.
  func wall() -> Seconds { base() }

  func now() -> Seconds { base() + offset.withLock { $0 } }
  func setOffset(_ seconds: Seconds) { offset.withLock { $0 = seconds } }
}

enum Hex {
  private static let digits = [UInt8]("0123456789abcdef".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
