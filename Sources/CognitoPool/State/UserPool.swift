/// One user pool with all that must outlive the process.
struct UserPool: Codable, Sendable, Equatable {
  enum MFA: String, Codable, Sendable, CaseIterable { case off = "OFF", optional = "OPTIONAL", on = "ON" }
  enum DeviceTracking: String, Codable, Sendable, CaseIterable { case off, always, optIn = "opt_in" }

  struct CustomChallenge: Codable, Sendable, Equatable {
    let parameters: [String: String]
    let answer: String
  }

  let id: String
  var name: String
  var mfa = MFA.off
  var usernameAttributes: [String] = []
  var aliasAttributes: [String] = []
  var caseSensitive = false
  var autoVerified: [String] = []
  var passwordPolicy = PasswordPolicy()
  /// Attributes whose new value counts only once it is verified.
  var verifyBeforeUpdate: [String] = []
  /// `custom:` attributes of the schema.
  var customAttributes: [String] = []
  /// Only administrators make users.
  var signUpIsClosed = false
  var deviceTracking = DeviceTracking.off
  /// A remembered device stands for a second factor (`ChallengeRequiredOnNewDevice`).
  var challengesOnNewDevicesOnly = true
  /// What USER_AUTH offers, of PASSWORD, EMAIL_OTP, SMS_OTP and WEB_AUTHN.
  var firstFactors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]
  var customChallenges: [CustomChallenge] = []
  var settings = PoolSettings()

  var clients: [String: AppClient] = [:]
  /// By real username.
  var users: [String: User] = [:]
  /// By `origin_jti`.
  var grants: [String: Grant] = [:]
  /// By SHA-256 of the token.
  var refreshTokens: [String: RefreshToken] = [:]
  var challenges = Challenges()
  var keys: PoolKeys
  /// Makes the salts of users who do not exist.
  let simulationKey: String

  /// The part of the id that SRP hashes.
  var realm: String { String(id.drop { $0 != "_" }.dropFirst()) }

  func identity(_ username: String) -> SRPIdentity { SRPIdentity(realm: realm, name: username) }

  /// What everybody must have: by the schema, or what an administrator's console would have made required of a pool
  /// of a seed: what it verifies and signs in by.
  var requiredAttributes: [String] {
    let required = schema.filter { $0.isRequired && $0.name != "sub" }.map(\.name)
    return Set(required + (settings.isSeeded ? autoVerified + usernameAttributes : [])).sorted()
  }
}

/// The pool's signing keys: one for each kind of token, and those before a rotation.
struct PoolKeys: Codable, Sendable, Equatable {
  var id: SigningKey
  var access: SigningKey
  /// The pair before the last rotation: still published, and still good for its tokens.
  var former: [SigningKey] = []

  var published: [SigningKey] { [id, access] + former }

  func key(_ kid: String) -> SigningKey? { published.first { $0.kid == kid } }

  mutating func rotate(to fresh: PoolKeys) {
    let old = [id, access]
    self = fresh
    former = old
  }
}

extension PoolKeys {
  init(random: any RandomSource) throws {
    self.init(id: try SigningKey.generate(random: random), access: try SigningKey.generate(random: random))
  }
}
