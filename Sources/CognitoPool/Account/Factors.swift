/// SetUserMFAPreference, SetUserSettings and GetUserAuthFactors.
extension PoolTurn {
  mutating func setUserMFAPreference(_ request: Request) throws -> [String: JSON] {
    var user = try userOfAccessToken(request.text("AccessToken"))
    try setPreference(request, of: &user)
    update(user)
    return [:]
  }

  /// What `SMSMfaSettings` and its like ask for; a factor that is not mentioned stays as it is.
  func setPreference(_ request: Request, of user: inout User) throws(ServiceError) {
    guard request.members["WebAuthnMfaSettings"] == nil else {
      throw .invalidParameter("WebAuthn MFA is not enabled for the user pool")
    }
    var preferred: [User.Factor] = []
    for factor in User.Factor.allCases {
      guard let settings = request.members[factor.settings]?.asObject else { continue }
      let isEnabled = settings["Enabled"] == .bool(true)
      if isEnabled { try checkCanUse(factor, user) }
      if settings["PreferredMfa"] == .bool(true) {
        guard isEnabled else { throw .invalidParameter("Preferred MFA must be enabled for the user") }
        preferred.append(factor)
      } else if user.preferredFactor == factor {
        user.preferredFactor = nil
      }
      user.enabledFactors = User.Factor.allCases.filter {
        $0 == factor ? isEnabled : user.enabledFactors.contains($0)
      }
    }
    guard preferred.count <= 1 else { throw .invalidParameter("Only one MFA method can be preferred") }
    user.preferredFactor = preferred.first ?? user.preferredFactor
  }

  private func checkCanUse(_ factor: User.Factor, _ user: User) throws(ServiceError) {
    guard pool.allows(factor) else {
      throw .invalidParameter("\(factor.rawValue) has not been enabled by the userPool")
    }
    guard !user.canUse(factor) else { return }
    throw .invalidParameter(
      factor == .softwareToken
        ? "User has not verified software token mfa"
        : "User does not have delivery config set to turn on \(factor.rawValue)")
  }

  /// The old way to turn SMS codes on, or off with an empty list.
  mutating func setUserSettings(_ request: Request) throws -> [String: JSON] {
    var user = try userOfAccessToken(request.text("AccessToken"))
    let options = (request.members["MFAOptions"]?.asArray ?? []).compactMap(\.asObject)
    let wantsSMS = !options.isEmpty
    let sms = JSON.object(["DeliveryMedium": .string("SMS"), "AttributeName": .string("phone_number")])
    guard options.allSatisfy({ .object($0) == sms }) else {
      throw ServiceError.invalidParameter("MFAOptions take SMS to phone_number only")
    }
    if wantsSMS { try checkCanUse(.sms, user) }
    user.enabledFactors = User.Factor.allCases.filter {
      $0 == .sms ? wantsSMS : user.enabledFactors.contains($0)
    }
    if !wantsSMS, user.preferredFactor == .sms { user.preferredFactor = nil }
    update(user)
    return [:]
  }

  func getUserAuthFactors(_ request: Request) throws -> [String: JSON] {
    let user = try userOfAccessToken(request.text("AccessToken"))
    var answer = factors(of: user)
    answer["Username"] = .string(user.username)
    var configured: [String] = []
    if user.password != nil { configured.append("PASSWORD") }
    if user.verified(.email) != nil { configured.append("EMAIL_OTP") }
    if user.verified(.sms) != nil { configured.append("SMS_OTP") }
    if !user.passkeys.isEmpty { configured.append("WEB_AUTHN") }
    if user.softwareToken != nil { configured.append("SOFTWARE_TOKEN") }
    answer["ConfiguredUserAuthFactors"] = .strings(configured)
    return answer
  }

  /// `UserMFASettingList` and `PreferredMfaSetting`, where there is something to say.
  func factors(of user: User) -> [String: JSON] {
    guard !user.enabledFactors.isEmpty else { return [:] }
    var members: [String: JSON] = ["UserMFASettingList": .strings(user.enabledFactors.map(\.rawValue))]
    members["PreferredMfaSetting"] = user.preferredFactor.map { .string($0.rawValue) }
    return members
  }
}

extension User.Factor {
  /// The member of a request that is about it.
  fileprivate var settings: String {
    switch self {
    case .sms: "SMSMfaSettings"
    case .softwareToken: "SoftwareTokenMfaSettings"
    case .email: "EmailMfaSettings"
    }
  }
}
