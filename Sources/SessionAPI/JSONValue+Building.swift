internal import SessionModel
internal import WireJSON

extension JSONValue {
  /// An array of strings.
  static func strings(_ strings: [String]) -> JSONValue { .array(strings.map(JSONValue.string)) }

  /// A string that must not be seen, or null.
  static func optional(_ secret: Secret?) -> JSONValue { secret.map(JSONValue.secret) ?? .null }

  /// An object of strings, ordered by name.
  static func map(_ strings: [String: String]) -> JSONValue {
    .object(strings.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) })
  }
}
