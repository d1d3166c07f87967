import SessionModel

/// Times as a person reads them.
enum RelativeTime {
  /// "in 42 min", "3 h ago", "now".
  static func words(_ time: Timestamp, from now: Timestamp) -> String {
    let seconds = (time.milliseconds - now.milliseconds) / 1000
    if seconds == 0 { return "now" }
    return seconds > 0 ? "in \(duration(seconds))" : "\(duration(-seconds)) ago"
  }

  /// "42 s", "42 min", "3 h", "12 d": the largest unit of which there are two or more, rounded down.
  static func duration(_ seconds: Int64) -> String {
    switch seconds {
    case ..<120: "\(max(0, seconds)) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) d"
    }
  }

  /// "2026-11-22T20:00:00Z (in 42 min)".
  static func full(_ time: Timestamp, from now: Timestamp) -> String { "\(time) (\(words(time, from: now)))" }
}
