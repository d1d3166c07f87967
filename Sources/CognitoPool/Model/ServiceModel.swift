/// A service's operations and shapes, read from the bundled description.
struct ServiceModel: Sendable {
  struct Operation: Sendable {
    let name: String
    let input: String
    /// Nil: it answers nothing.
    let output: String?
    /// How AWS authorises it: `none`, `access-token`, `access-token-or-session` or `sigv4`.
    let authorization: String
    let errors: [String]
  }

  /// What requests are signed for, as `cognito-idp`.
  let service: String
  /// Nil in the Query protocol, which has no `X-Amz-Target`.
  let targetPrefix: String?
  let operations: [String: Operation]
  let shapes: [String: Shape]

  init(description text: String) throws {
    guard let root = try JSON(parsing: [UInt8](text.utf8)).asObject, let service = root["service"]?.asString,
      let operations = root["operations"]?.asObject, let shapes = root["shapes"]?.asObject
    else { throw ModelError(shape: "the document") }
    self.service = service
    targetPrefix = root["target_prefix"]?.asString
    var readOperations: [String: Operation] = [:]
    for (name, value) in operations {
      guard let object = value.asObject, let input = object["input"]?.asString,
        let authorization = object["auth"]?.asString
      else { throw ModelError(shape: name) }
      let errors = (object["errors"]?.asArray ?? []).compactMap(\.asString)
      readOperations[name] = Operation(
        name: name, input: input, output: object["output"]?.asString, authorization: authorization, errors: errors)
    }
    self.operations = readOperations
    var readShapes: [String: Shape] = [:]
    for (name, value) in shapes { readShapes[name] = try Shape(value, name: name) }
    self.shapes = readShapes
  }

  /// What the service calls a request that breaks the model's constraints.
  var constraintError: String {
    service == "cognito-idp" ? "InvalidParameterException" : "ValidationException"
  }

  /// The operation that an `X-Amz-Target` names.
  func operation(target: String?) -> Operation? {
    guard let target, let targetPrefix, target.hasPrefix(targetPrefix + ".") else { return nil }
    return operations[String(target.dropFirst(targetPrefix.count + 1))]
  }
}
