/// The sign-ins of a pool that are under way.
struct Challenges: Codable, Sendable, Equatable {
  /// What a session waits for.
  enum Step: Codable, Sendable, Equatable {
    case passwordVerifier
    case newPassword
    case softwareToken
    case code(OneTimeCode)
    /// The secret handed out, then the token that a code has confirmed.
    case setUp(secret: String?, verified: SoftwareToken?)
    case selectFactor
    case selectChallenge
    case password
    case passwordSRP
    case passkey
    /// Which of the pool's custom challenges, and how often it was answered wrong.
    case custom(Int, failures: Int)
    case deviceSRP
    case deviceVerifier
    /// Not challenges: what SignUp hands to ConfirmSignUp, and that to InitiateAuth.
    case signedUp
    case confirmed

    var challengeName: String {
      switch self {
      case .passwordVerifier: "PASSWORD_VERIFIER"
      case .newPassword: "NEW_PASSWORD_REQUIRED"
      case .softwareToken: "SOFTWARE_TOKEN_MFA"
      case .code(let code): code.challenge.rawValue
      case .setUp: "MFA_SETUP"
      case .selectFactor: "SELECT_MFA_TYPE"
      case .selectChallenge: "SELECT_CHALLENGE"
      case .password: "PASSWORD"
      case .passwordSRP: "PASSWORD_SRP"
      case .passkey: "WEB_AUTHN"
      case .custom: "CUSTOM_CHALLENGE"
      case .deviceSRP: "DEVICE_SRP_AUTH"
      case .deviceVerifier: "DEVICE_PASSWORD_VERIFIER"
      case .signedUp: "ConfirmSignUp"
      case .confirmed: "InitiateAuth"
      }
    }
  }

  /// A code that was sent to sign in with.
  struct OneTimeCode: Codable, Sendable, Equatable {
    enum Challenge: String, Codable, Sendable {
      case smsFactor = "SMS_MFA"
      case email = "EMAIL_OTP"
      case sms = "SMS_OTP"

      var medium: DeliveryMedium { self == .email ? .email : .sms }
    }

    let challenge: Challenge
    let code: String
  }

  struct Session: Codable, Sendable, Equatable {
    var attempt: Attempt
    let step: Step
    let expiresAt: Seconds
    var used = false
  }

  /// What the server keeps between the two messages of an SRP exchange.
  struct Handshake: Codable, Sendable, Equatable {
    let attempt: Attempt
    let identity: SRPIdentity
    let clientKey: String
    let privateKey: [UInt8]
    let verifier: String
    let startedAt: Seconds
  }

  /// By hash of the token.
  private var sessions: [String: Session] = [:]
  /// By hash of the secret block.
  private var handshakes: [String: Handshake] = [:]
  private static let keepEnded: Seconds = 900

  mutating func open(_ session: Session, random: any RandomSource) throws -> String {
    let token = "AYABe" + Base64URL.encode(random.bytes(192))
    sessions[try RefreshToken.hash(token)] = session
    return token
  }

  /// Whether the token is of this pool, good or not any more.
  func knows(_ token: String) throws -> Bool { sessions[try RefreshToken.hash(token)] != nil }

  func session(_ token: String, at now: Seconds) throws -> Session {
    guard let session = sessions[try RefreshToken.hash(token)] else {
      throw ServiceError.notAuthorized("Invalid session for the user.")
    }
    if session.used {
      throw ServiceError.notAuthorized("Invalid session for the user, session can only be used once.")
    }
    if now >= session.expiresAt {
      throw ServiceError.notAuthorized("Invalid session for the user, session is expired.")
    }
    return session
  }

  mutating func close(_ token: String) throws { sessions[try RefreshToken.hash(token)]?.used = true }

  mutating func start(_ handshake: Handshake, random: any RandomSource) throws -> String {
    let block = Base64.encode(random.bytes(800))
    handshakes[try RefreshToken.hash(block)] = handshake
    return block
  }

  func handshake(_ secretBlock: String) throws -> Handshake? { handshakes[try RefreshToken.hash(secretBlock)] }

  /// Each handshake is answered once, right or wrong.
  mutating func finish(_ secretBlock: String) throws { handshakes[try RefreshToken.hash(secretBlock)] = nil }

  mutating func forgetOld(at now: Seconds) {
    sessions = sessions.filter { $0.value.expiresAt + Self.keepEnded > now }
    handshakes = handshakes.filter { $0.value.startedAt + Self.keepEnded > now }
  }
}
