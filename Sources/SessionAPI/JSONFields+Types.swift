public import SessionModel
internal import WireJSON

/// Members that are values of our own types.
extension JSONFields {
  /// An RFC 3339 time; nil where it is absent or null.
  public func optionalTime(_ name: String) throws -> Timestamp? {
    try convert(name, "a time such as 2026-11-22T20:00:00Z") { $0.string.flatMap(Timestamp.init(rfc3339:)) }
  }

  /// An RFC 3339 time.
  public func time(_ name: String) throws -> Timestamp { try present(name, try optionalTime(name)) }

  /// The name of a session or profile; nil where it is absent or null.
  public func optionalName(_ name: String) throws -> Name? {
    guard let text = try optionalString(name) else { return nil }
    guard let parsed = Name(text) else {
      let allowed = "1 to 64 of A-Z a-z 0-9 . _ - that start with a letter or digit"
      throw JSONError.invalidValue(member: name, allowed: allowed)
    }
    return parsed
  }

  /// The name of a session or profile.
  public func name(_ name: String) throws -> Name { try present(name, try optionalName(name)) }

  /// One of the raw values of an enumeration; nil where it is absent or null.
  public func optionalChoice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, _ type: Choice.Type = Choice.self
  ) throws -> Choice? {
    guard let text = try optionalString(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw JSONError.invalidValue(member: name, allowed: "one of " + allowed)
    }
    return choice
  }

  /// One of the raw values of an enumeration.
  public func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, _ type: Choice.Type = Choice.self
  ) throws -> Choice {
    try present(name, try optionalChoice(name, type))
  }

  /// A document; nil where it is absent or null.
  public func optionalDocument<Document: WireDocument>(
    _ name: String, _ type: Document.Type = Document.self
  ) throws -> Document? {
    try value(name).map(Document.init(json:))
  }

  /// A document.
  public func document<Document: WireDocument>(
    _ name: String, _ type: Document.Type = Document.self
  ) throws -> Document {
    try Document(json: required(name))
  }

  /// An array of documents.
  public func documents<Document: WireDocument>(
    _ name: String, _ type: Document.Type = Document.self
  ) throws -> [Document] {
    guard let elements = try required(name).array else {
      throw JSONError.wrongType(expected: "an array", member: name)
    }
    return try elements.map(Document.init(json:))
  }
}
