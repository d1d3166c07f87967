internal import SessionModel
internal import WireJSON

extension LoginStepDocument.Kind {
  /// The step's `kind`.
  public var name: String {
    switch self {
    case .prompt(let prompt): prompt.kind
    case .browser: "browser"
    case .deviceCode: "device_code"
    case .done: "done"
    case .failed: "failed"
    }
  }

  /// The members that only this kind has.
  var members: [JSONMember] {
    switch self {
    case .prompt(let prompt): return prompt.members
    case .browser(let step):
      return [
        JSONMember("url", .string(step.url)), JSONMember("redirect_uri", .string(step.redirectURI)),
        JSONMember("manual", .bool(step.manual)),
      ]
    case .deviceCode(let step):
      return [
        JSONMember("user_code", .string(step.userCode)),
        JSONMember("verification_uri", .string(step.verificationURI)),
        JSONMember("verification_uri_complete", .optional(step.verificationURIComplete)),
        JSONMember("interval_seconds", .integer(Int64(step.intervalSeconds))),
        JSONMember("expires_at", .string(step.expiresAt.description)),
      ]
    case .done(let session, let device):
      let decision = device.map { [JSONMember("device_to_remember", .string($0))] } ?? []
      return [JSONMember("session", session.json)] + decision
    case .failed(let problem): return [JSONMember("problem", ProblemDocument(problem).json)]
    }
  }

  /// Reads the kind and its members.
  init(_ fields: JSONFields) throws {
    switch try fields.string("kind") {
    case "browser":
      self = .browser(
        .init(
          url: try fields.string("url"), redirectURI: try fields.string("redirect_uri"),
          manual: try fields.bool("manual")))
    case "device_code":
      self = .deviceCode(
        .init(
          userCode: try fields.string("user_code"), verificationURI: try fields.string("verification_uri"),
          verificationURIComplete: try fields.optionalString("verification_uri_complete"),
          intervalSeconds: Int(try fields.integer("interval_seconds")), expiresAt: try fields.time("expires_at")))
    case "done":
      self = .done(
        try fields.document("session"), deviceToRemember: try fields.optionalString("device_to_remember"))
    case "failed": self = .failed(try fields.document("problem", ProblemDocument.self).problem)
    case let kind: self = .prompt(try LoginPrompt(kind: kind, fields))
    }
  }
}

extension LoginPrompt {
  /// The members that only this kind has.
  fileprivate var members: [JSONMember] {
    switch self {
    case .username, .password: []
    case .newPassword(let attributes, let policy):
      [JSONMember("required_attributes", .strings(attributes)), JSONMember("policy", .optional(policy))]
    case .totpCode(let deviceName): [JSONMember("device_name", .optional(deviceName))]
    case .smsCode(let destination), .emailCode(let destination):
      [JSONMember("destination", .optional(destination))]
    case .selectMFA(let options), .selectChallenge(let options): [JSONMember("options", .strings(options))]
    case .mfaSetup(let secret, let uri):
      [JSONMember("secret", .secret(secret)), JSONMember("otpauth_uri", .secret(uri))]
    case .custom(let parameters): [JSONMember("parameters", .map(parameters))]
    }
  }

  fileprivate init(kind: String, _ fields: JSONFields) throws {
    switch kind {
    case "username": self = .username
    case "password": self = .password
    case "new_password":
      self = .newPassword(
        requiredAttributes: try fields.strings("required_attributes"), policy: try fields.optionalString("policy"))
    case "totp_code": self = .totpCode(deviceName: try fields.optionalString("device_name"))
    case "sms_code": self = .smsCode(destination: try fields.optionalString("destination"))
    case "email_code": self = .emailCode(destination: try fields.optionalString("destination"))
    case "select_mfa": self = .selectMFA(options: try fields.strings("options"))
    case "select_challenge": self = .selectChallenge(options: try fields.strings("options"))
    case "mfa_setup":
      self = .mfaSetup(secret: try fields.secret("secret"), otpauthURI: try fields.secret("otpauth_uri"))
    case "custom": self = .custom(parameters: try fields.optionalStringMap("parameters") ?? [:])
    default: throw JSONError.invalidValue(member: "kind", allowed: "a kind of step that this program knows")
    }
  }
}
