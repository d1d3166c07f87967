import Foundation

/// The time in a password claim: `EEE MMM d HH:mm:ss 'UTC' yyyy` in English, the day without padding.
enum ClaimTimestamp {
  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Nil unless the text is exactly what `text(_:)` writes for that second.
  static func seconds(_ text: String) -> Seconds? {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 6, let month = months.firstIndex(of: String(parts[1])), let day = Int(parts[2]),
      let year = Int(parts[5])
    else { return nil }
    let time = parts[3].split(separator: ":", omittingEmptySubsequences: false).compactMap { Int($0) }
    // Out of range the calendar would count on, or overflow.
    guard time.count == 3, 1...31 ~= day, 1970...9999 ~= year, time.allSatisfy({ 0...59 ~= $0 }) else { return nil }
    let date = DateComponents(
      year: year, month: month + 1, day: day, hour: time[0], minute: time[1], second: time[2])
    guard let seconds = calendar.date(from: date)?.timeIntervalSince1970 else { return nil }
    return Self.text(seconds) == text ? seconds : nil
  }

  static func text(_ seconds: Seconds) -> String {
    let part = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second, .weekday], from: Date(timeIntervalSince1970: seconds))
    let clock = [part.hour, part.minute, part.second].map { twoDigits($0 ?? 0) }.joined(separator: ":")
    return "\(days[(part.weekday ?? 1) - 1]) \(months[(part.month ?? 1) - 1]) \(part.day ?? 0) \(clock) UTC "
      + String(part.year ?? 0)
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static var calendar: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }
}
