import SessionModel

/// Times as a person reads them.
enum RelativeTime {
  /// "in 42 min", "3 h ago", "now".
  static func words(_ time: Timestamp, from now: Timestamp) -> String {
    let seconds = (time.milliseconds - now.milliseconds) / 1000
    if seconds == 0 { return "now" }
    return seconds > 0 ? "in \(duration(seconds))" : "\(duration(-seconds)) ago"
  }

  /// The same for what is still to happen: "now" where its time has come.
  static func coming(_ time: Timestamp, from now: Timestamp) -> String {
    time <= now ? "now" : words(time, from: now)
  }

  /// "42 s", "42 min", "3 h", "12 d": the largest unit of which there are two or more, rounded.
  static func duration(_ seconds: Int64) -> String {
    let minutes = (seconds + 30) / 60
    let hours = (seconds + 1800) / 3600
    if seconds < 120 { return "\(max(0, seconds)) s" }
    if minutes < 120 { return "\(minutes) min" }
    return hours < 48 ? "\(hours) h" : "\((seconds + 43_200) / 86_400) d"
  }

  /// "2026-11-22T20:00:00Z (in 42 min)".
  static func full(_ time: Timestamp, from now: Timestamp) -> String { "\(time) (\(words(time, from: now)))" }
}
