/// One shape of the service model, as far as a request is checked against it.
struct Shape: Sendable {
  enum Kind: Sendable {
    case structure(members: [String: String], required: Set<String>)
    case string(pattern: Pattern?, choices: [String])
    case integer
    case boolean
    case timestamp
    case list(member: String)
    case map(key: String, value: String)
    case document
    /// Bytes, in base64.
    case blob
  }

  let kind: Kind
  let minimum: Int?
  let maximum: Int?
  /// A value that error messages must leave out.
  let isSensitive: Bool
}

extension Shape {
  init(_ json: JSON, name: String) throws(ModelError) {
    guard let object = json.asObject, let type = object["type"]?.asString else { throw ModelError(shape: name) }
    kind = try Self.kind(type, object, name: name)
    minimum = object["min"]?.asInteger
    maximum = object["max"]?.asInteger
    isSensitive = object["sensitive"]?.asBool ?? false
  }

  private static func kind(_ type: String, _ object: [String: JSON], name: String) throws(ModelError) -> Kind {
    if object["document"]?.asBool == true { return .document }
    switch type {
    case "structure":
      let required = (object["required"]?.asObject ?? [:]).compactMapValues(\.asString)
      let optional = (object["optional"]?.asObject ?? [:]).compactMapValues(\.asString)
      return .structure(members: required.merging(optional) { first, _ in first }, required: Set(required.keys))
    case "string":
      let choices = (object["enum"]?.asArray ?? []).compactMap(\.asString)
      return .string(pattern: try object["pattern"]?.asString.map(Pattern.init), choices: choices)
    case "integer", "long": return .integer
    case "boolean": return .boolean
    case "timestamp": return .timestamp
    case "blob": return .blob
    case "list":
      guard let member = object["member"]?.asString else { throw ModelError(shape: name) }
      return .list(member: member)
    case "map":
      guard let key = object["key"]?.asString, let value = object["value"]?.asString else {
        throw ModelError(shape: name)
      }
      return .map(key: key, value: value)
    default: throw ModelError(shape: name)
    }
  }
}

/// The bundled service model is not what this code reads.
struct ModelError: Error, CustomStringConvertible {
  let shape: String
  var description: String { "the bundled service model has an unreadable part: \(shape)" }
}
