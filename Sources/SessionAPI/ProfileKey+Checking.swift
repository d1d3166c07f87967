internal import WireJSON

extension ProfileKey {
  /// Whether a value is of the key's type.
  ///
  /// - Throws: `JSONError.wrongType` or `.invalidValue`.
  func check(_ value: JSONValue) throws {
    switch type {
    case .string: try require(value.string != nil, "a string")
    case .integer: try require((0...1_000_000).contains(value.integer ?? -1), "an integer from 0 to 1000000")
    case .boolean: try require(value.bool != nil, "true or false")
    case .strings: try require(value.array?.allSatisfy { $0.string != nil } == true, "an array of strings")
    case .oneOf(let choices):
      guard let string = value.string, choices.contains(string) else {
        throw JSONError.invalidValue(member: rawValue, allowed: "one of " + choices.joined(separator: ", "))
      }
    }
  }

  private func require(_ holds: Bool, _ expected: String) throws {
    guard holds else { throw JSONError.wrongType(expected: expected, member: rawValue) }
  }
}
