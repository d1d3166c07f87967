public import SessionModel
public import WireJSON

/// `POST …/account/change-password`. An unknown member is refused.
public struct ChangePasswordDocument: WireDocument {
  /// Passwords never are plain strings on the way in.
  public static var secretMembers: [String] { ["old_password", "new_password"] }

  /// The password so far; nil for an account without one.
  public var oldPassword: Secret?
  /// The password from now on.
  public var newPassword: Secret

  /// A change.
  public init(oldPassword: Secret?, newPassword: Secret) {
    self.oldPassword = oldPassword
    self.newPassword = newPassword
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["old_password", "new_password"])
    self.init(oldPassword: try fields.optionalSecret("old_password"), newPassword: try fields.secret("new_password"))
  }

  /// It as JSON.
  public var json: JSONValue {
    var members: [JSONMember] = []
    if let oldPassword { members.append(JSONMember("old_password", .secret(oldPassword))) }
    return .object(members + [JSONMember("new_password", .secret(newPassword))])
  }
}

/// `PATCH …/account/attributes`. An unknown member is refused.
public struct AttributeChangesDocument: WireDocument {
  /// What to set.
  public var set: [String: String]
  /// What to remove.
  public var remove: [String]

  /// Changes.
  public init(set: [String: String], remove: [String]) {
    self.set = set
    self.remove = remove
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["set", "remove"])
    self.init(set: try fields.optionalStringMap("set") ?? [:], remove: try fields.optionalStrings("remove") ?? [])
  }

  /// It as JSON.
  public var json: JSONValue { ["set": .map(set), "remove": .strings(remove)] }
}

/// A code that was sent, or that an authenticator shows. An unknown member is refused.
public struct CodeDocument: WireDocument {
  /// The code never is a plain string on the way in.
  public static var secretMembers: [String] { ["code"] }

  /// The code.
  public var code: Secret
  /// What to call the authenticator, where one is set up.
  public var deviceName: String?

  /// A code.
  public init(code: Secret, deviceName: String? = nil) {
    self.code = code
    self.deviceName = deviceName
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["code", "device_name"])
    self.init(code: try fields.secret("code"), deviceName: try fields.optionalString("device_name"))
  }

  /// Only the members that say something.
  public var json: JSONValue {
    var members = [JSONMember("code", .secret(code))]
    if let deviceName { members.append(JSONMember("device_name", .string(deviceName))) }
    return .object(members)
  }
}

/// `PUT …/account/devices/{key}`. An unknown member is refused.
public struct DeviceStatusDocument: WireDocument {
  /// Whether the device is remembered.
  public var remembered: Bool

  /// A status.
  public init(remembered: Bool) { self.remembered = remembered }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["remembered"])
    remembered = try fields.bool("remembered")
  }

  /// It as JSON.
  public var json: JSONValue { ["remembered": .bool(remembered)] }
}
