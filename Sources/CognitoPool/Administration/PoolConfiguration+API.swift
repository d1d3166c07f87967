/// What CreateUserPool and UpdateUserPool have in common.
extension UserPool {
  private static let kept = [
    "SmsVerificationMessage", "EmailVerificationMessage", "EmailVerificationSubject", "VerificationMessageTemplate",
    "SmsAuthenticationMessage", "UserAttributeUpdateSettings", "EmailConfiguration",
    "SmsConfiguration", "UserPoolTags", "AdminCreateUserConfig", "AccountRecoverySetting", "UserPoolTier",
    "DeletionProtection", "Policies", "UserPoolAddOns", "LambdaConfig",
  ]
  /// What SetUserPoolMfaConfig has set, which an update leaves alone.
  static let factorSettings = [
    "SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration", "WebAuthnConfiguration",
  ]

  /// Takes over what a request says; what it leaves out returns to its default.
  mutating func configure(_ request: Request) throws(ServiceError) {
    try Self.refuseUnsupported(request)
    mfa = request.string("MfaConfiguration").flatMap(MFA.init) ?? .off
    autoVerified = request.strings("AutoVerifiedAttributes") ?? []
    passwordPolicy = PasswordPolicy(request.members["Policies"]?["PasswordPolicy"])
    let devices = request.members["DeviceConfiguration"]
    deviceTracking = DeviceTracking(devices)
    challengesOnNewDevicesOnly = devices?["ChallengeRequiredOnNewDevice"]?.asBool ?? false
    firstFactors = request.members["Policies"]?["SignInPolicy"]?["AllowedFirstAuthFactors"]?.strings ?? ["PASSWORD"]
    signUpIsClosed = request.members["AdminCreateUserConfig"]?["AllowAdminCreateUserOnly"]?.asBool ?? false
    let settings = request.members["UserAttributeUpdateSettings"]?["AttributesRequireVerificationBeforeUpdate"]
    verifyBeforeUpdate = settings?.strings ?? []
    guard Set(verifyBeforeUpdate).isSubset(of: autoVerified) else {
      throw .invalidParameter(
        "AttributesRequireVerificationBeforeUpdate must be a subset of AutoVerifiedAttributes.")
    }
    var factors = self.settings.given.filter { Self.factorSettings.contains($0.key) }
    if mfa != .off, !self.settings.isSeeded, !Self.hasFactor(factors) {
      factors.merge(try messageFactor(request)) { $1 }
    }
    self.settings.given = request.kept(Self.kept).merging(factors) { $1 }
  }

  static func hasFactor(_ settings: [String: JSON]) -> Bool {
    settings["SoftwareTokenMfaConfiguration"]?["Enabled"]?.asBool == true || settings["SmsMfaConfiguration"] != nil
      || settings["EmailMfaConfiguration"] != nil
  }

  /// The factor of a pool for which SetUserPoolMfaConfig has not been called: SMS, where they can be sent.
  private func messageFactor(_ request: Request) throws(ServiceError) -> [String: JSON] {
    guard let sending = request.members["SmsConfiguration"] else {
      guard mfa == .on else { return [:] }
      throw .invalidParameter(
        "SMS configuration and Auto verification for phone_number are required when MFA is required/optional")
    }
    var factor = ["SmsConfiguration": sending]
    factor["SmsAuthenticationMessage"] = request.members["SmsAuthenticationMessage"]
    return ["SmsMfaConfiguration": .object(factor)]
  }

  /// What this pool would take and then not do.
  private static func refuseUnsupported(_ request: Request) throws(ServiceError) {
    let members = request.members
    let problem: String? =
      if members["LambdaConfig"]?.asObject?.isEmpty == false {
        "runs no Lambda functions: leave LambdaConfig out"
      } else if let mode = members["UserPoolAddOns"]?["AdvancedSecurityMode"]?.asString, mode != "OFF" {
        "has no threat protection: leave UserPoolAddOns out"
      } else if let size = members["Policies"]?["PasswordPolicy"]?["PasswordHistorySize"]?.asInteger, size > 0 {
        "keeps no password history: leave PasswordHistorySize out"
      } else if members["VerificationMessageTemplate"]?["DefaultEmailOption"]?.asString == "CONFIRM_WITH_LINK" {
        "confirms with codes only: use CONFIRM_WITH_CODE"
      } else if members["KeyConfiguration"]?["KeyType"]?.asString == "CUSTOMER_MANAGED_KEY" {
        "has no KMS: leave KeyConfiguration out"
      } else if members["IssuerConfiguration"]?["Type"]?.asString == "UPDATED" {
        "has one form of issuer: leave IssuerConfiguration out"
      } else if members["DcrConfiguration"]?["EnableStatus"]?.asString == "Enabled" {
        "has no dynamic client registration: leave DcrConfiguration out"
      } else if members["AcrConfiguration"]?.asObject?.isEmpty == false {
        "has no authentication contexts: leave AcrConfiguration out"
      } else {
        nil
      }
    if let problem { throw .invalidParameter("This local pool \(problem).") }
  }
}

extension PasswordPolicy {
  /// AWS's default, or what is given; a given policy requires what it says it requires and no more.
  init(_ given: JSON?) {
    self.init()
    guard let given else { return }
    minimumLength = given["MinimumLength"]?.asInteger ?? minimumLength
    requireUppercase = given["RequireUppercase"]?.asBool ?? false
    requireLowercase = given["RequireLowercase"]?.asBool ?? false
    requireNumbers = given["RequireNumbers"]?.asBool ?? false
    requireSymbols = given["RequireSymbols"]?.asBool ?? false
  }

  func json(temporaryDays: Int) -> JSON {
    .object([
      "MinimumLength": .integer(minimumLength), "RequireUppercase": .bool(requireUppercase),
      "RequireLowercase": .bool(requireLowercase), "RequireNumbers": .bool(requireNumbers),
      "RequireSymbols": .bool(requireSymbols), "TemporaryPasswordValidityDays": .integer(temporaryDays),
    ])
  }
}

extension UserPool.DeviceTracking {
  init(_ configuration: JSON?) {
    guard let configuration else {
      self = .off
      return
    }
    self = configuration["DeviceOnlyRememberedOnUserPrompt"]?.asBool == true ? .optIn : .always
  }
}
