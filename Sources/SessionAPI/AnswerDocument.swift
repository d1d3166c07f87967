public import SessionModel
public import WireJSON

/// The body of `POST /v1/logins/{id}/answer`. An unknown member is refused.
public struct AnswerDocument: WireDocument {
  /// The answer never is a plain string on the way in.
  public static var secretMembers: [String] { ["value"] }

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

/// The body of `POST /v1/unlock` and `POST /v1/keystore/rekey`. An unknown member is refused.
public struct UnlockDocument: WireDocument {
  /// Neither is ever a plain string on the way in.
  public static var secretMembers: [String] { ["passphrase", "pin"] }

  /// The passphrase; where a TPM's PIN is all that the keystore asks for, that PIN.
  public var passphrase: Secret?
  /// The TPM's PIN.
  public var pin: Secret?
  /// To have pinentry ask for the passphrase: where.
  public var pinentry: PinentryDocument?

  /// A request; with nothing, to do with the sources that need nobody.
  public init(passphrase: Secret? = nil, pin: Secret? = nil, pinentry: PinentryDocument? = nil) {
    self.passphrase = passphrase
    self.pin = pin
    self.pinentry = pinentry
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["passphrase", "pin", "pinentry"])
    self.init(
      passphrase: try fields.optionalSecret("passphrase"), pin: try fields.optionalSecret("pin"),
      pinentry: try fields.optionalDocument("pinentry"))
  }

  /// The members that say something.
  public var json: JSONValue {
    var members: [JSONMember] = []
    if let passphrase { members.append(JSONMember("passphrase", .secret(passphrase))) }
    if let pin { members.append(JSONMember("pin", .secret(pin))) }
    if let pinentry { members.append(JSONMember("pinentry", pinentry.json)) }
    return .object(members)
  }
}

/// The body of `PUT /v1/keystore/slots/{source}`: what the source needs. An unknown member is refused.
public struct SlotRequestDocument: WireDocument {
  /// Neither is ever a plain string on the way in.
  public static var secretMembers: [String] { ["passphrase", "pin"] }

  /// For `passphrase`.
  public var passphrase: Secret?
  /// For `tpm2`; nil for none.
  public var pin: Secret?
  /// For `keyfile`, absolute; nil for the one of the settings.
  public var path: String?
  /// For `systemd-credential`; nil for the one of the settings.
  public var name: String?

  /// A request for a slot.
  public init(passphrase: Secret? = nil, pin: Secret? = nil, path: String? = nil, name: String? = nil) {
    self.passphrase = passphrase
    self.pin = pin
    self.path = path
    self.name = name
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["passphrase", "pin", "path", "name"])
    self.init(
      passphrase: try fields.optionalSecret("passphrase"), pin: try fields.optionalSecret("pin"),
      path: try fields.optionalString("path"), name: try fields.optionalString("name"))
  }

  /// The members that say something.
  public var json: JSONValue {
    var members: [JSONMember] = []
    if let passphrase { members.append(JSONMember("passphrase", .secret(passphrase))) }
    if let pin { members.append(JSONMember("pin", .secret(pin))) }
    if let path { members.append(JSONMember("path", .string(path))) }
    if let name { members.append(JSONMember("name", .string(name))) }
    return .object(members)
  }
}
