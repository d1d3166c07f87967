import Foundation

/// Counts wrong passwords or codes: from the fifth on each locks for twice as long as the one before.
struct FailedAttempts: Codable, Sendable, Equatable {
  private(set) var count = 0
  private(set) var last: Seconds = 0

  private static let free = 5
  private static let longest: Seconds = 900

  func isLocked(at now: Seconds) -> Bool {
    guard count >= Self.free else { return false }
    return now < last + min(pow(2, Double(count - Self.free)), Self.longest)
  }

  mutating func record(at now: Seconds) {
    if now >= last + Self.longest { count = 0 }
    count += 1
    last = now
  }

  mutating func reset() { self = FailedAttempts() }
}
