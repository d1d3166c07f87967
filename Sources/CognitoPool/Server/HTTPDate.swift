import Foundation

/// IMF-fixdate (RFC 9110 §5.6.7).
enum HTTPDate {
  static func text(_ seconds: Seconds) -> String {
    let parts = ClaimTimestamp.text(seconds).split(separator: " ").map(String.init)
    let day = parts[2].count == 1 ? "0\(parts[2])" : parts[2]
    return "\(parts[0]), \(day) \(parts[1]) \(parts[5]) \(parts[3]) GMT"
  }
}
