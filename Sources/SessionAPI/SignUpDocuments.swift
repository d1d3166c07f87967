public import SessionModel
public import WireJSON

/// `POST …/account/signup`. An unknown member is refused.
public struct SignUpDocument: WireDocument {
  /// The password never is a plain string on the way in.
  public static var secretMembers: [String] { ["password"] }

  /// The name of the account to be.
  public var username: String
  /// Its password; nil where the pool signs in by codes alone.
  public var password: Secret?
  /// Its attributes.
  public var attributes: [String: String]

  /// A sign-up.
  public init(username: String, password: Secret?, attributes: [String: String]) {
    self.username = username
    self.password = password
    self.attributes = attributes
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["username", "password", "attributes"])
    self.init(
      username: try fields.string("username"), password: try fields.optionalSecret("password"),
      attributes: try fields.optionalStringMap("attributes") ?? [:])
  }

  /// It as JSON.
  public var json: JSONValue {
    var members = [JSONMember("username", .string(username))]
    if let password { members.append(JSONMember("password", .secret(password))) }
    return .object(members + [JSONMember("attributes", .map(attributes))])
  }
}

/// The body of what needs the account's name only. An unknown member is refused.
public struct UsernameDocument: WireDocument {
  /// The account's name.
  public var username: String

  /// A name.
  public init(username: String) { self.username = username }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["username"])
    username = try fields.string("username")
  }

  /// It as JSON.
  public var json: JSONValue { ["username": .string(username)] }
}

/// `POST …/account/confirm`. An unknown member is refused.
public struct ConfirmDocument: WireDocument {
  /// The code never is a plain string on the way in.
  public static var secretMembers: [String] { ["code"] }

  /// The account's name.
  public var username: String
  /// The code that was sent.
  public var code: Secret

  /// A confirmation.
  public init(username: String, code: Secret) {
    self.username = username
    self.code = code
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["username", "code"])
    self.init(username: try fields.string("username"), code: try fields.secret("code"))
  }

  /// It as JSON.
  public var json: JSONValue { ["username": .string(username), "code": .secret(code)] }
}

/// `POST …/account/reset-password`. An unknown member is refused.
public struct ResetPasswordDocument: WireDocument {
  /// Neither code nor password is a plain string on the way in.
  public static var secretMembers: [String] { ["code", "new_password"] }

  /// The account's name.
  public var username: String
  /// The code that was sent.
  public var code: Secret
  /// The password from now on.
  public var newPassword: Secret

  /// A reset.
  public init(username: String, code: Secret, newPassword: Secret) {
    self.username = username
    self.code = code
    self.newPassword = newPassword
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["username", "code", "new_password"])
    self.init(
      username: try fields.string("username"), code: try fields.secret("code"),
      newPassword: try fields.secret("new_password"))
  }

  /// It as JSON.
  public var json: JSONValue {
    ["username": .string(username), "code": .secret(code), "new_password": .secret(newPassword)]
  }
}

/// The answer to a sign-up.
public struct SignedUpDocument: WireDocument {
  /// What came of it.
  public var signedUp: SignedUp

  /// An answer.
  public init(_ signedUp: SignedUp) { self.signedUp = signedUp }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    signedUp = SignedUp(
      isConfirmed: try fields.bool("confirmed"), subject: try fields.optionalString("sub"),
      delivery: try fields.value("delivery").map { try CodeDelivery(json: $0) })
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "confirmed": .bool(signedUp.isConfirmed), "sub": .optional(signedUp.subject),
      "delivery": signedUp.delivery?.json ?? .null,
    ]
  }
}
