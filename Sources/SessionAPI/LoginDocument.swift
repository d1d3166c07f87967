public import SessionModel
public import WireJSON

/// A running or just finished login.
public struct LoginDocument: WireDocument {
  /// A TOTP set-up's key never is a plain string on the way in.
  public static var secretMembers: [String] { ["secret", "otpauth_uri"] }

  /// Its id: 128 random bits.
  public var id: String
  /// The profile.
  public var profile: ProfileName
  /// The session that it makes.
  public var session: SessionName
  /// How it authenticates.
  public var flow: LoginFlow
  /// When it began.
  public var createdAt: Timestamp
  /// When it is given up.
  public var expiresAt: Timestamp
  /// What it waits for, or how it ended.
  public var step: LoginStepDocument

  /// A login.
  public init(
    id: String, profile: ProfileName, session: SessionName, flow: LoginFlow, createdAt: Timestamp,
    expiresAt: Timestamp, step: LoginStepDocument
  ) {
    self.id = id
    self.profile = profile
    self.session = session
    self.flow = flow
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.step = step
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      id: try fields.string("id"), profile: try fields.name("profile"), session: try fields.name("session"),
      flow: try fields.choice("flow"), createdAt: try fields.time("created_at"),
      expiresAt: try fields.time("expires_at"), step: try fields.document("step"))
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "id": .string(id), "profile": .string(profile.rawValue), "session": .string(session.rawValue),
      "flow": .string(flow.rawValue), "created_at": .string(createdAt.description),
      "expires_at": .string(expiresAt.description), "step": step.json,
    ]
  }
}
