public import SessionModel

/// A JSON value (RFC 8259). Objects keep their members' order.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case double(Double)
  case string(String)
  /// A string that is written from its guarded memory; reading never makes one.
  case secret(Secret)
  case array([JSONValue])
  case object([JSONMember])

  /// A string, or null.
  public static func optional(_ string: String?) -> JSONValue { string.map(JSONValue.string) ?? .null }
  /// An integer, or null.
  public static func optional(_ integer: Int?) -> JSONValue { integer.map { .integer(Int64($0)) } ?? .null }
  /// An RFC 3339 time, or null.
  public static func optional(_ time: Timestamp?) -> JSONValue { time.map { .string($0.description) } ?? .null }
}

/// One member of an object.
public struct JSONMember: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Its value.
  public var value: JSONValue
  /// A member.
  public init(_ name: String, _ value: JSONValue) {
    self.name = name
    self.value = value
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Null.
  public init(nilLiteral: ()) { self = .null }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object, its members in the order given.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { JSONMember($0.0, $0.1) })
  }
}

extension JSONValue {
  /// The member of that name; nil where there is none or this is no object.
  public subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The string; nil where this is none.
  public var string: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  /// The integer; nil where this is none.
  public var integer: Int64? {
    switch self {
    case .integer(let value): value
    case .double(let value): Int64(exactly: value)
    case .null, .bool, .string, .secret, .array, .object: nil
    }
  }

  /// The boolean; nil where this is none.
  public var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  /// The elements; nil where this is no array.
  public var array: [JSONValue]? {
    guard case .array(let value) = self else { return nil }
    return value
  }

  /// The members; nil where this is no object.
  public var object: [JSONMember]? {
    guard case .object(let value) = self else { return nil }
    return value
  }

  /// Whether this is null.
  public var isNull: Bool { self == .null }
}
