/// Why a text is not the JSON that was wanted. Never shows the text itself.
public enum JSONError: Error, Hashable, Sendable {
  /// Not JSON (RFC 8259), at a byte offset.
  case malformed(offset: Int)
  /// Nested deeper than `JSONReader.maximumDepth`.
  case tooDeep
  /// The value has another type than the one expected.
  case wrongType(expected: String, member: String?)
  /// An object names a member twice.
  case duplicateMember(String)
  /// An object has a member that nobody knows.
  case unknownMember(String)
  /// An object lacks a member.
  case missingMember(String)
  /// A member's value is outside what it may be.
  case invalidValue(member: String, allowed: String)
}

extension JSONError: CustomStringConvertible {
  /// The error in a sentence.
  public var description: String {
    switch self {
    case .malformed(let offset): "The text is not JSON (at byte \(offset))."
    case .tooDeep: "The JSON is nested too deeply."
    case .wrongType(let expected, let member?): "Member \"\(member)\" must be \(expected)."
    case .wrongType(let expected, nil): "The JSON value must be \(expected)."
    case .duplicateMember(let name): "Member \"\(name)\" is given twice."
    case .unknownMember(let name): "Member \"\(name)\" is not known."
    case .missingMember(let name): "Member \"\(name)\" is missing."
    case .invalidValue(let member, let allowed): "Member \"\(member)\" must be \(allowed)."
    }
  }
}
