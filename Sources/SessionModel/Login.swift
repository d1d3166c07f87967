/// Something that a running login asks of a person.
public enum LoginPrompt: Hashable, Sendable {
  case username
  case password
  /// A new password; the attributes that the pool requires with it; the policy in words where known.
  case newPassword(requiredAttributes: [String], policy: String?)
  case totpCode(deviceName: String?)
  case smsCode(destination: String?)
  case emailCode(destination: String?)
  case selectMFA(options: [String])
  case selectChallenge(options: [String])
  /// Enrol an authenticator app: its shared secret (base32) and `otpauth://` URI.
  case mfaSetup(secret: Secret, otpauthURI: Secret)
  case custom(parameters: [String: String])

  /// The step's `kind` on the socket.
  public var kind: String {
    switch self {
    case .username: "username"
    case .password: "password"
    case .newPassword: "new_password"
    case .totpCode: "totp_code"
    case .smsCode: "sms_code"
    case .emailCode: "email_code"
    case .selectMFA: "select_mfa"
    case .selectChallenge: "select_challenge"
    case .mfaSetup: "mfa_setup"
    case .custom: "custom"
    }
  }
}

/// Why the answer before was refused, shown with the prompt that asks again.
public struct AnswerRefused: Hashable, Sendable {
  /// The reason.
  public var reason: RefusalReason
  /// What happened, in the provider's words where they help.
  public var message: String
  /// How often the person may still try, where known.
  public var attemptsLeft: Int?
  /// A refusal.
  public init(_ reason: RefusalReason, _ message: String, attemptsLeft: Int? = nil) {
    self.reason = reason
    self.message = message
    self.attemptsLeft = attemptsLeft
  }
}

/// A person's answer to a prompt.
public struct LoginAnswer: Hashable, Sendable {
  /// The value; nil only with `resend`.
  public var value: Secret?
  /// Attributes given with a new password.
  public var attributes: [String: String]
  /// What to call the authenticator (`mfa_setup`).
  public var deviceName: String?
  /// Send the code again instead of an answer.
  public var resend: Bool
  /// An answer.
  public init(value: Secret?, attributes: [String: String] = [:], deviceName: String? = nil, resend: Bool = false) {
    self.value = value
    self.attributes = attributes
    self.deviceName = deviceName
    self.resend = resend
  }
}

/// Whom a login asks. Suspended in `ask`, a login already is its own state.
public protocol LoginConversation: Sendable {
  /// Asks and waits for the answer.
  ///
  /// - Parameter refused: why the answer before this prompt was not taken.
  /// - Throws: `CancellationError` when the login is given up.
  func ask(_ prompt: LoginPrompt, refused: AnswerRefused?) async throws -> LoginAnswer
}

/// How to authenticate.
public enum LoginFlow: String, Hashable, Sendable, CaseIterable {
  case srp
  case password
  case custom
  case customSRP = "custom-srp"
  case choice
  case web
  case device
  case guest
  case admin
}
