public import SessionModel
public import WireJSON

/// The members of one object, read by name with errors that name them.
public struct JSONFields {
  private let members: [JSONMember]

  /// The members of an object.
  ///
  /// - Throws: `JSONError.wrongType` where the value is none.
  public init(_ json: JSONValue) throws {
    guard let members = json.object else { throw JSONError.wrongType(expected: "an object", member: nil) }
    self.members = members
  }

  /// Refuses members of other names, as the agent does with requests.
  public func allowOnly(_ names: Set<String>) throws {
    if let stranger = members.first(where: { !names.contains($0.name) }) {
      throw JSONError.unknownMember(stranger.name)
    }
  }

  /// Whether the object has the member at all, null or not.
  public func has(_ name: String) -> Bool { members.contains { $0.name == name } }

  /// All members.
  public var all: [JSONMember] { members }

  /// A value; nil where it is absent or null.
  public func value(_ name: String) -> JSONValue? {
    guard let value = members.first(where: { $0.name == name })?.value, !value.isNull else { return nil }
    return value
  }

  /// A value that must be there.
  public func required(_ name: String) throws -> JSONValue {
    guard let value = value(name) else { throw JSONError.missingMember(name) }
    return value
  }

  /// A string; nil where it is absent or null.
  public func optionalString(_ name: String) throws -> String? {
    try convert(name, "a string") { $0.string }
  }

  /// A string.
  public func string(_ name: String) throws -> String { try present(name, try optionalString(name)) }

  /// A string in guarded memory; nil where it is absent or null.
  public func optionalSecret(_ name: String) throws -> Secret? {
    try convert(name, "a string") { value in
      if case .secret(let secret) = value { return secret }
      return value.string.map { Secret(copyingUTF8: $0) }
    }
  }

  /// A string in guarded memory.
  public func secret(_ name: String) throws -> Secret { try present(name, try optionalSecret(name)) }

  /// An integer; nil where it is absent or null.
  public func optionalInteger(_ name: String) throws -> Int64? {
    try convert(name, "an integer") { $0.integer }
  }

  /// An integer.
  public func integer(_ name: String) throws -> Int64 { try present(name, try optionalInteger(name)) }

  /// A boolean; nil where it is absent or null.
  public func optionalBool(_ name: String) throws -> Bool? {
    try convert(name, "true or false") { $0.bool }
  }

  /// A boolean.
  public func bool(_ name: String) throws -> Bool { try present(name, try optionalBool(name)) }

  /// An array of strings; nil where it is absent or null.
  public func optionalStrings(_ name: String) throws -> [String]? {
    try convert(name, "an array of strings") { value in
      guard let elements = value.array else { return nil }
      let strings = elements.compactMap(\.string)
      return strings.count == elements.count ? strings : nil
    }
  }

  /// An array of strings.
  public func strings(_ name: String) throws -> [String] { try present(name, try optionalStrings(name)) }

  /// An object of strings; nil where it is absent or null.
  public func optionalStringMap(_ name: String) throws -> [String: String]? {
    try convert(name, "an object of strings") { value in
      guard let members = value.object else { return nil }
      var map: [String: String] = [:]
      for member in members {
        guard let string = member.value.string else { return nil }
        map[member.name] = string
      }
      return map
    }
  }

  func convert<Result>(
    _ name: String, _ expected: String, _ conversion: (JSONValue) -> Result?
  ) throws -> Result? {
    guard let value = value(name) else { return nil }
    guard let result = conversion(value) else { throw JSONError.wrongType(expected: expected, member: name) }
    return result
  }

  func present<Result>(_ name: String, _ value: Result?) throws -> Result {
    guard let value else { throw JSONError.missingMember(name) }
    return value
  }
}
