public import SessionModel
public import WireJSON

/// `GET …/account`.
public struct AccountDocument: WireDocument {
  /// The account.
  public var account: Account

  /// An account.
  public init(_ account: Account) { self.account = account }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    account = Account(
      username: try fields.string("username"), attributes: try fields.optionalStringMap("attributes") ?? [:],
      mfa: try fields.document("mfa", MFADocument.self).settings)
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "username": .string(account.username), "attributes": .map(account.attributes),
      "mfa": MFADocument(account.mfa).json,
    ]
  }
}

/// The second factors of an account; also the body that chooses them, of which an unknown member is refused.
public struct MFADocument: WireDocument {
  /// The factors.
  public var settings: MFASettings

  /// Second factors.
  public init(_ settings: MFASettings) { self.settings = settings }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["methods", "preferred"])
    settings = MFASettings(
      methods: try fields.strings("methods"), preferred: try fields.optionalString("preferred"))
  }

  /// It as JSON.
  public var json: JSONValue {
    ["methods": .strings(settings.methods), "preferred": .optional(settings.preferred)]
  }
}

/// What an authenticator app is set up with.
public struct TOTPEnrolmentDocument: WireDocument {
  /// Neither is a plain string on the way in.
  public static var secretMembers: [String] { ["secret", "otpauth_uri"] }

  /// The secret and its address.
  public var enrolment: TOTPEnrolment

  /// An answer.
  public init(_ enrolment: TOTPEnrolment) { self.enrolment = enrolment }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    enrolment = TOTPEnrolment(
      secret: try fields.secret("secret"), otpauthURI: try fields.secret("otpauth_uri"))
  }

  /// It as JSON.
  public var json: JSONValue {
    ["secret": .secret(enrolment.secret), "otpauth_uri": .secret(enrolment.otpauthURI)]
  }
}
