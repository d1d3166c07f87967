/// The sign-ins under way. Not persistent: after a restart a person starts over.
struct Challenges: Sendable {
  /// What a session waits for.
  enum Step: Sendable, Equatable {
    case passwordVerifier
    case newPassword
    case softwareToken
    /// The secret handed out, then the token that a code has confirmed.
    case setUp(secret: String?, verified: SoftwareToken?)

    var challengeName: String {
      switch self {
      case .passwordVerifier: "PASSWORD_VERIFIER"
      case .newPassword: "NEW_PASSWORD_REQUIRED"
      case .softwareToken: "SOFTWARE_TOKEN_MFA"
      case .setUp: "MFA_SETUP"
      }
    }
  }

  struct Session: Sendable {
    let poolID: String
    let clientID: String
    let username: String
    let step: Step
    let expiresAt: Seconds
    var used = false
  }

  /// What the server keeps between the two messages of an SRP exchange.
  struct Handshake: Sendable {
    let poolID: String
    let clientID: String
    /// Nil for somebody who does not exist.
    let username: String?
    let userID: String
    let clientKey: String
    let privateKey: [UInt8]
    let verifier: String
    let startedAt: Seconds
  }

  private var sessions: [String: Session] = [:]
  private var handshakes: [String: Handshake] = [:]
  private static let keepEnded: Seconds = 3600

  mutating func open(_ session: Session, random: any RandomSource) throws -> String {
    let token = "AYABe" + Base64URL.encode(random.bytes(192))
    sessions[try RefreshToken.hash(token)] = session
    return token
  }

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

  /// Each handshake is answered once, right or wrong.
  mutating func finish(_ secretBlock: String) throws -> Handshake? {
    handshakes.removeValue(forKey: try RefreshToken.hash(secretBlock))
  }

  mutating func forgetOld(at now: Seconds) {
    sessions = sessions.filter { $0.value.expiresAt + Self.keepEnded > now }
    handshakes = handshakes.filter { $0.value.startedAt + Self.keepEnded > now }
  }
}
