import Foundation

/// Holds a request to the model: first its form (`SerializationException`), then its constraints
/// (the service's own exception for that, all of them in one message).
struct Validation {
  private let model: ServiceModel
  private var problems: [String] = []

  init(_ model: ServiceModel) { self.model = model }

  /// The members of a valid request, those that are null left out.
  static func check(
    _ body: JSON, as operation: ServiceModel.Operation, of model: ServiceModel
  ) throws -> Request {
    guard case .object(let members) = body else {
      throw ServiceError.serialization("The request body must be a JSON object")
    }
    var validation = Validation(model)
    try validation.visit(body, shape: operation.input, path: "", sensitive: false)
    guard validation.problems.isEmpty else {
      throw ServiceError.constraints(validation.problems, as: model.constraintError)
    }
    return Request(members: members.filter { $0.value != .null })
  }

  private mutating func visit(_ value: JSON, shape name: String, path: String, sensitive: Bool) throws {
    guard let shape = model.shapes[name] else { throw ModelError(shape: name) }
    let hidden = sensitive || shape.isSensitive
    let mismatch = Self.mismatch(value, shape.kind, path)
    switch shape.kind {
    case .structure(let members, let required):
      guard let given = value.asObject else { throw mismatch }
      try visit(given, members: members, required: required, path: path, hidden: hidden)
    case .map(let key, let element):
      guard let given = value.asObject else { throw mismatch }
      for (name, item) in given.sorted(by: { $0.key < $1.key }) where item != .null {
        try visit(.string(name), shape: key, path: path, sensitive: hidden)
        try visit(item, shape: element, path: "\(path).\(name).member", sensitive: hidden)
      }
      checkSize(given.count, of: shape, path: path, shown: "")
    case .list(let element):
      guard let items = value.asArray else { throw mismatch }
      for (index, item) in items.enumerated() {
        try visit(item, shape: element, path: "\(path).\(index + 1).member", sensitive: hidden)
      }
      checkSize(items.count, of: shape, path: path, shown: "")
    case .string(let pattern, let choices):
      guard let text = value.asString else { throw mismatch }
      checkText(text, shape, pattern, choices, path: path, shown: hidden ? "" : " '\(text)'")
    case .integer:
      guard let number = value.asInteger else { throw mismatch }
      checkNumber(number, of: shape, path: path, shown: hidden ? "" : " '\(number)'")
    case .boolean: guard value.asBool != nil else { throw mismatch }
    case .timestamp: guard value.isNumber else { throw mismatch }
    case .document: guard value.asObject != nil else { throw mismatch }
    case .blob:
      guard let bytes = value.asString.flatMap(Base64.decode) else { throw mismatch }
      checkSize(bytes.count, of: shape, path: path, shown: "")
    }
  }

  private mutating func visit(
    _ given: [String: JSON], members: [String: String], required: Set<String>, path: String, hidden: Bool
  ) throws {
    if let unknown = given.keys.filter({ members[$0] == nil }).min() {
      throw ServiceError.serialization("Unknown member: \(Self.join(path, unknown, wire: true))")
    }
    for (name, shape) in members.sorted(by: { $0.key < $1.key }) {
      let place = Self.join(path, name, wire: false)
      if let value = given[name], value != .null {
        try visit(value, shape: shape, path: place, sensitive: hidden)
      } else if required.contains(name) {
        problems.append("Value null at '\(place)' failed to satisfy constraint: Member must not be null")
      }
    }
  }

  private mutating func checkText(
    _ text: String, _ shape: Shape, _ pattern: Pattern?, _ choices: [String], path: String, shown: String
  ) {
    if let pattern, !pattern.matches(text) {
      report("Member must satisfy regular expression pattern: \(pattern.text)", path, shown)
    }
    if !choices.isEmpty, !choices.contains(text) {
      report("Member must satisfy enum value set: [\(choices.joined(separator: ", "))]", path, shown)
    }
    checkSize(text.utf16.count, of: shape, path: path, shown: shown)
  }

  private mutating func checkSize(_ size: Int, of shape: Shape, path: String, shown: String) {
    if let minimum = shape.minimum, size < minimum {
      report("Member must have length greater than or equal to \(minimum)", path, shown)
    }
    if let maximum = shape.maximum, size > maximum {
      report("Member must have length less than or equal to \(maximum)", path, shown)
    }
  }

  private mutating func checkNumber(_ number: Int, of shape: Shape, path: String, shown: String) {
    if let minimum = shape.minimum, number < minimum {
      report("Member must have value greater than or equal to \(minimum)", path, shown)
    }
    if let maximum = shape.maximum, number > maximum {
      report("Member must have value less than or equal to \(maximum)", path, shown)
    }
  }

  private mutating func report(_ constraint: String, _ path: String, _ shown: String) {
    problems.append("Value\(shown) at '\(path)' failed to satisfy constraint: \(constraint)")
  }

  /// Messages name a member in camel case, except where they quote what was sent.
  private static func join(_ path: String, _ name: String, wire: Bool) -> String {
    let last = wire ? name : name.prefix(1).lowercased() + name.dropFirst()
    return path.isEmpty ? last : "\(path).\(last)"
  }

  private static func mismatch(_ value: JSON, _ kind: Shape.Kind, _ path: String) -> ServiceError {
    let place = path.isEmpty ? "" : " at '\(path)'"
    switch (value, kind) {
    case (.object, _): return .serialization("Start of structure or map found where not expected\(place).")
    case (.array, _): return .serialization("Start of list found where not expected\(place).")
    case (.null, _): return .serialization("NULL_VALUE can not be converted\(place).")
    case (.bool(let flag), _):
      return .serialization("\(flag ? "TRUE" : "FALSE")_VALUE can not be converted to \(noun(kind))\(place).")
    case (.integer, _): return .serialization("NUMBER_VALUE can not be converted to \(noun(kind))\(place).")
    case (.number, _): return .serialization("DECIMAL_VALUE can not be converted to \(noun(kind))\(place).")
    case (.string, _): return .serialization("STRING_VALUE can not be converted to \(noun(kind))\(place).")
    }
  }

  private static func noun(_ kind: Shape.Kind) -> String {
    switch kind {
    case .structure, .map, .document: "a structure or map"
    case .string: "a String"
    case .integer: "an Integer"
    case .boolean: "a Boolean"
    case .timestamp: "a Timestamp"
    case .blob: "a Blob"
    case .list: "a list"
    }
  }
}
