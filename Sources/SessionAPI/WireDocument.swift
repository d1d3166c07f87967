public import WireJSON

/// A JSON object of the socket as a typed value. Both ends of the socket use the same types.
public protocol WireDocument: Hashable, Sendable {
  /// Members whose strings go from the read buffer into a `Secret` and nowhere else.
  static var secretMembers: [String] { get }

  /// Reads the object.
  ///
  /// - Throws: `JSONError`, which names the member.
  init(json: JSONValue) throws

  /// The object, its members named and ordered as the contract has them; what is absent is null.
  var json: JSONValue { get }
}

extension WireDocument {
  /// None, unless the document says otherwise.
  public static var secretMembers: [String] { [] }

  /// Reads the object from its text.
  ///
  /// - Throws: `JSONError`.
  public init(text: UnsafeRawBufferPointer) throws {
    try self.init(json: JSONValue.parse(text, guarding: Self.secretMembers))
  }

  /// The object as compact JSON in UTF-8.
  public var text: [UInt8] { json.serialized() }
}

extension JSONValue {
  /// Parses a text; strings under the `guarded` member names, at any depth, become `.secret`.
  ///
  /// - Throws: `JSONError`.
  public static func parse(_ text: UnsafeRawBufferPointer, guarding guarded: [String]) throws -> JSONValue {
    try JSONReader.read(text) { reader in
      guarded.isEmpty ? try reader.value() : try value(&reader, guarding: guarded)
    }
  }

  private static func value(_ reader: inout JSONReader, guarding guarded: [String]) throws -> JSONValue {
    guard reader.isAtObject() else { return try reader.value() }
    var members: [JSONMember] = []
    try reader.object { name, reader in
      if reader.null() {
        members.append(JSONMember(name, .null))
      } else if guarded.contains(name) {
        members.append(JSONMember(name, .secret(try reader.secret())))
      } else {
        members.append(JSONMember(name, try value(&reader, guarding: guarded)))
      }
    }
    return .object(members)
  }
}
