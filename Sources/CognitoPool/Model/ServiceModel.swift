/// A service's operations and shapes, read from the bundled description.
struct ServiceModel: Sendable {
  struct Operation: Sendable {
    let name: String
    let input: String
    /// How AWS authorises it: `none`, `access-token`, `access-token-or-session` or `sigv4`.
    let authorization: String
    let errors: [String]
  }

  let targetPrefix: String
  let operations: [String: Operation]
  let shapes: [String: Shape]

  /// The user pools' service.
  static let userPools = Result { try ServiceModel(description: CognitoIdpDescription.text) }

  init(description text: String) throws {
    guard let root = try JSON(parsing: [UInt8](text.utf8)).asObject, let prefix = root["target_prefix"]?.asString,
      let operations = root["operations"]?.asObject, let shapes = root["shapes"]?.asObject
    else { throw ModelError(shape: "the document") }
    targetPrefix = prefix
    var readOperations: [String: Operation] = [:]
    for (name, value) in operations {
      guard let object = value.asObject, let input = object["input"]?.asString,
        let authorization = object["auth"]?.asString
      else { throw ModelError(shape: name) }
      let errors = (object["errors"]?.asArray ?? []).compactMap(\.asString)
      readOperations[name] = Operation(name: name, input: input, authorization: authorization, errors: errors)
    }
    self.operations = readOperations
    var readShapes: [String: Shape] = [:]
    for (name, value) in shapes { readShapes[name] = try Shape(value, name: name) }
    self.shapes = readShapes
  }

  /// The operation that an `X-Amz-Target` names.
  func operation(target: String?) -> Operation? {
    guard let target, target.hasPrefix(targetPrefix + ".") else { return nil }
    return operations[String(target.dropFirst(targetPrefix.count + 1))]
  }
}
