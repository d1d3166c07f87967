/// The name of a session or a profile: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`.
public struct Name: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name as written.
  public let rawValue: String

  /// Nil where the string is not of the grammar.
  public init?(_ string: String) {
    let bytes = string.utf8
    guard (1...64).contains(bytes.count), let first = bytes.first, Name.isAlphanumeric(first),
      bytes.allSatisfy({ Name.isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D })
    else { return nil }
    rawValue = string
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// The name as written.
  public var description: String { rawValue }

  /// By bytes, so that listings are stable whatever the locale.
  public static func < (left: Name, right: Name) -> Bool { left.rawValue < right.rawValue }
}

/// The name of a session.
public typealias SessionName = Name
/// The name of a profile.
public typealias ProfileName = Name

/// Counts the token sets of a session name: 1 at its first sign-in, never reused.
public struct Generation: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The count.
  public let rawValue: Int64
  /// A generation of that count.
  public init(_ rawValue: Int64) { self.rawValue = rawValue }
  /// The one after this.
  public var next: Generation { Generation(rawValue + 1) }
  /// The count in digits.
  public var description: String { String(rawValue) }
  /// By count.
  public static func < (left: Generation, right: Generation) -> Bool { left.rawValue < right.rawValue }
}
