/// A passkey that a user has registered.
struct Passkey: Codable, Sendable, Equatable {
  let id: String
  var name: String
  let createdAt: Seconds
}

/// One user of a pool.
struct User: Codable, Sendable, Equatable {
  enum Status: String, Codable, Sendable, CaseIterable {
    case unconfirmed = "UNCONFIRMED"
    case confirmed = "CONFIRMED"
    case resetRequired = "RESET_REQUIRED"
    case forceChangePassword = "FORCE_CHANGE_PASSWORD"
    case externalProvider = "EXTERNAL_PROVIDER"
  }

  enum Factor: String, Codable, Sendable, CaseIterable {
    case sms = "SMS_MFA"
    case softwareToken = "SOFTWARE_TOKEN_MFA"
    case email = "EMAIL_OTP"
  }

  /// The real username; a UUID where people sign in by an attribute.
  let username: String
  let sub: String
  var attributes: [String: String]
  var status: Status
  var enabled = true
  var password: PasswordVerifier?
  /// When a password that somebody else has set must have been changed by.
  var temporaryPasswordEnd: Seconds?
  var softwareToken: SoftwareToken?
  /// A secret handed out that no code has confirmed yet.
  var pendingSoftwareToken: String?
  var enabledFactors: [Factor] = []
  var preferredFactor: Factor?
  var passwordFailures = FailedAttempts()
  var codeFailures = FailedAttempts()
  var hourlyAttempts = HourlyAttempts()
  /// Codes under way, by what they are for.
  var codes: [CodePurpose: SentCode] = [:]
  var passkeys: [Passkey] = []
  /// By device key.
  var devices: [String: Device] = [:]
  let createdAt: Seconds
  var modifiedAt: Seconds
}

extension UserPool {
  /// How names compare in this pool.
  func folded(_ name: String) -> String { caseSensitive ? name : name.lowercased() }

  /// The user whom a typed name means: the real username, or a verified alias.
  func user(signingInAs name: String) -> User? {
    if let user = user(named: name) { return user }
    let wanted = folded(name)
    for attribute in usernameAttributes {
      if let user = users.values.first(where: { $0.attributes[attribute].map(folded) == wanted }) { return user }
    }
    for attribute in aliasAttributes {
      let found = users.values.first { user in
        user.attributes[attribute].map(folded) == wanted && user.isUsable(alias: attribute)
      }
      if let found { return found }
    }
    return nil
  }

  /// The user with this real username.
  func user(named name: String) -> User? {
    if let user = users[name] { return user }
    guard !caseSensitive else { return nil }
    let wanted = folded(name)
    return users.values.first { $0.username.lowercased() == wanted }
  }
}

extension User {
  /// An address that is there and verified.
  func verified(_ medium: DeliveryMedium) -> String? {
    isVerified(medium.attribute) ? attributes[medium.attribute] : nil
  }

  /// Whether the address in this attribute is verified.
  func isVerified(_ attribute: String) -> Bool {
    attributes["\(attribute)_verified"].map(SchemaAttribute.isTrue) ?? false
  }

  /// An address is an alias once it is verified; a preferred username at once.
  func isUsable(alias: String) -> Bool {
    alias == "preferred_username" || isVerified(alias)
  }
}
