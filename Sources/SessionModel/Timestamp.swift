/// A point in civil time (UTC), in milliseconds since 1970.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public var milliseconds: Int64

  /// From milliseconds since 1970.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// From whole seconds since 1970 (the unit of `exp` and `iat`, RFC 7519 §2).
  ///
  /// What lies beyond some hundred million years counts as that: a provider's number must not overflow ours.
  public init(seconds: Int64) {
    let bound = Int64.max / 4000
    milliseconds = min(max(seconds, -bound), bound) * 1000
  }

  /// Whole seconds since 1970, rounded down.
  public var seconds: Int64 { milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000 }

  /// The point `milliseconds` later.
  public func adding(milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: self.milliseconds + milliseconds) }

  /// Earlier first.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC, to the second: `2026-11-22T20:00:00Z`.
  public var description: String {
    let (date, time) = civil
    let year = String(date.year)
    let fields = [date.month, date.day, time.hour, time.minute, time.second]
    let padding = max(0, 4 - year.utf8.count)
    return String(unsafeUninitializedCapacity: padding + year.utf8.count + 16) { text in
      text[..<padding].update(repeating: UInt8(ascii: "0"))
      var end = text[padding...].update(fromContentsOf: year.utf8)
      for (field, before) in zip(fields, "--T::".utf8) {
        text[end] = before
        text[end + 1] = UInt8(ascii: "0") + UInt8(field / 10)
        text[end + 2] = UInt8(ascii: "0") + UInt8(field % 10)
        end += 3
      }
      text[end] = UInt8(ascii: "Z")
      return end + 1
    }
  }

  /// The civil date and time of day in UTC (proleptic Gregorian).
  public var civil: (date: (year: Int, month: Int, day: Int), time: (hour: Int, minute: Int, second: Int)) {
    let seconds = self.seconds
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let rest = Int(seconds - days * 86_400)
    // Days to civil date in eras of 400 years, the year starting in March so that the leap day comes last.
    let shifted = days + 719_468
    let era = shifted >= 0 ? shifted / 146_097 : (shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    let month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
    let year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    return ((year, month, day), (rest / 3600, rest / 60 % 60, rest % 60))
  }

  /// The day of the week, 0 for Sunday.
  public var weekday: Int {
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    return Int(((days + 4) % 7 + 7) % 7)
  }

  /// Parses what `description` writes; nil for anything else.
  public init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54, bytes[13] == 0x3A,
      bytes[16] == 0x3A, bytes[19] == 0x5A
    else { return nil }
    func number(_ range: Range<Int>) -> Int64? {
      var value: Int64 = 0
      for byte in bytes[range] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month), (1...31).contains(day),
      hour < 24, minute < 60, second < 61
    else { return nil }
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    self.init(seconds: (era * 146_097 + dayOfEra - 719_468) * 86_400 + hour * 3600 + minute * 60 + second)
  }
}

/// A point on the clock that counts suspend and never jumps (CLOCK_BOOTTIME), in milliseconds since boot.
public struct BootInstant: Hashable, Comparable, Sendable {
  /// Milliseconds since boot.
  public var milliseconds: Int64
  /// From milliseconds since boot.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  /// The point `milliseconds` later.
  public func adding(milliseconds: Int64) -> BootInstant { BootInstant(milliseconds: self.milliseconds + milliseconds) }
  /// Earlier first.
  public static func < (left: BootInstant, right: BootInstant) -> Bool { left.milliseconds < right.milliseconds }
}

/// Both clocks, read together.
public struct Now: Hashable, Sendable {
  /// Civil time.
  public var wall: Timestamp
  /// The clock for deadlines.
  public var boot: BootInstant
  /// Both clocks.
  public init(wall: Timestamp, boot: BootInstant) {
    self.wall = wall
    self.boot = boot
  }

  /// Where a civil time lies on the boot clock, as the two stand now.
  public func boot(of time: Timestamp) -> BootInstant {
    boot.adding(milliseconds: time.milliseconds - wall.milliseconds)
  }
  /// Where a boot instant lies in civil time, as the two stand now.
  public func wall(of instant: BootInstant) -> Timestamp {
    wall.adding(milliseconds: instant.milliseconds - boot.milliseconds)
  }
}

/// Where the time comes from; real in the mains, held in the hand by tests.
public protocol Clock: Sendable {
  /// Both clocks, read now.
  func now() -> Now
}

/// Where randomness comes from.
public protocol RandomSource: Sendable {
  /// `count` random bytes, fit for keys.
  func bytes(_ count: Int) -> [UInt8]
}

extension RandomSource {
  /// Uniform in 0..<1, with 53 bits.
  public func unit() -> Double {
    let bits = bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(bits >> 11) * 0x1p-53
  }

  /// `count` random bytes in lower-case hexadecimal.
  public func hexadecimal(bytes count: Int) -> String {
    bytes(count).hexadecimal
  }
}
