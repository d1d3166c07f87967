public import SessionModel
public import WireJSON

/// The body of `POST /v1/logins/{id}/answer`. An unknown member is refused.
public struct AnswerDocument: WireDocument {
  /// The answer never is a plain string on the way in.
  public static var secretMembers: Set<String> { ["value"] }

  /// The number of the step that it answers.
  public var step: Int
  /// The answer.
  public var answer: LoginAnswer

  /// An answer to that step.
  public init(step: Int, answer: LoginAnswer) {
    self.step = step
    self.answer = answer
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["step", "value", "attributes", "device_name", "resend"])
    step = Int(try fields.integer("step"))
    answer = LoginAnswer(
      value: try fields.optionalSecret("value"), attributes: try fields.optionalStringMap("attributes") ?? [:],
      deviceName: try fields.optionalString("device_name"), resend: try fields.optionalBool("resend") ?? false)
    if answer.value == nil && !answer.resend { throw JSONError.missingMember("value") }
  }

  /// Only the members that say something: what a kind does not know would be refused.
  public var json: JSONValue {
    var members = [JSONMember("step", .integer(Int64(step)))]
    if let value = answer.value { members.append(JSONMember("value", .secret(value))) }
    if !answer.attributes.isEmpty { members.append(JSONMember("attributes", .map(answer.attributes))) }
    if let name = answer.deviceName { members.append(JSONMember("device_name", .string(name))) }
    if answer.resend { members.append(JSONMember("resend", true)) }
    return .object(members)
  }
}

/// The body of `POST /v1/unlock`. An unknown member is refused.
public struct UnlockDocument: WireDocument {
  /// The passphrase never is a plain string on the way in.
  public static var secretMembers: Set<String> { ["passphrase"] }

  /// The passphrase; nil to try the other sources again.
  public var passphrase: Secret?

  /// A request to unlock.
  public init(passphrase: Secret?) { self.passphrase = passphrase }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["passphrase"])
    passphrase = try fields.optionalSecret("passphrase")
  }

  /// It as JSON.
  public var json: JSONValue { passphrase.map { ["passphrase": .secret($0)] } ?? [:] }
}
