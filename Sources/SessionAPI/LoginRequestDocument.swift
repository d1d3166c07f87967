public import SessionModel
public import WireJSON

/// The body of `POST /v1/logins`. Only `profile` is required; an unknown member is refused.
public struct LoginRequestDocument: WireDocument {
  /// Who takes the browser's callback.
  public enum BrowserMode: String, Hashable, Sendable, CaseIterable {
    /// The agent, on a loopback address.
    case loopback
    /// The person, who pastes it.
    case manual
  }

  /// Credentials never are plain strings on the way in.
  public static var secretMembers: [String] { ["secret_access_key", "session_token"] }

  /// Under which profile.
  public var profile: ProfileName
  /// The session to make; nil is the profile's name.
  public var session: SessionName?
  /// How to authenticate; nil is the profile's default.
  public var flow: LoginFlow?
  /// Who.
  public var username: String?
  /// The challenge to choose first (USER_AUTH's `PREFERRED_CHALLENGE`).
  public var preferredChallenge: String?
  /// The hosted UI's `identity_provider`.
  public var identityProvider: String?
  /// The hosted UI's `idp_identifier`.
  public var idpIdentifier: String?
  /// OIDC's `login_hint`.
  public var loginHint: String?
  /// The hosted UI's `lang`.
  public var lang: String?
  /// Who takes the browser's callback.
  public var browser: BrowserMode?
  /// Whether another person's session of that name may be replaced.
  public var replace: Bool
  /// Passed to the pool's Lambda triggers (`ClientMetadata`).
  public var clientMetadata: [String: String]
  /// An administrator's, used for this login and never stored. Only with the flow `admin`.
  public var awsCredentials: AWSCredentials?

  /// A request that leaves everything else to its default.
  public init(profile: ProfileName) {
    self.profile = profile
    replace = false
    clientMetadata = [:]
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly([
      "profile", "session", "flow", "username", "preferred_challenge", "identity_provider", "idp_identifier",
      "login_hint", "lang", "browser", "replace", "client_metadata", "aws_credentials",
    ])
    profile = try fields.name("profile")
    session = try fields.optionalName("session")
    flow = try fields.optionalChoice("flow")
    username = try fields.optionalString("username")
    preferredChallenge = try fields.optionalString("preferred_challenge")
    identityProvider = try fields.optionalString("identity_provider")
    idpIdentifier = try fields.optionalString("idp_identifier")
    loginHint = try fields.optionalString("login_hint")
    lang = try fields.optionalString("lang")
    browser = try fields.optionalChoice("browser")
    replace = try fields.optionalBool("replace") ?? false
    clientMetadata = try fields.optionalStringMap("client_metadata") ?? [:]
    awsCredentials = try fields.value("aws_credentials").map { try AWSCredentials($0) }
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "profile": .string(profile.rawValue), "session": .optional(session?.rawValue), "flow": .optional(flow?.rawValue),
      "username": .optional(username), "preferred_challenge": .optional(preferredChallenge),
      "identity_provider": .optional(identityProvider), "idp_identifier": .optional(idpIdentifier),
      "login_hint": .optional(loginHint), "lang": .optional(lang), "browser": .optional(browser?.rawValue),
      "replace": .bool(replace), "client_metadata": .map(clientMetadata),
      "aws_credentials": awsCredentials?.json ?? .null,
    ]
  }
}

extension AWSCredentials {
  fileprivate init(_ json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["access_key_id", "secret_access_key", "session_token"])
    self.init(
      accessKeyID: try fields.string("access_key_id"), secretAccessKey: try fields.secret("secret_access_key"),
      sessionToken: try fields.optionalSecret("session_token"))
  }

  fileprivate var json: JSONValue {
    [
      "access_key_id": .string(accessKeyID), "secret_access_key": .secret(secretAccessKey),
      "session_token": .optional(sessionToken),
    ]
  }
}
