public import SessionModel
internal import WireJSON

/// The account's second factors.
extension CognitoClient {
  /// Chooses second factors (SetUserMFAPreference): each method of `changes` is used where `wanted` has it, else not.
  public func setMFA(
    accessToken: Secret, _ wanted: MFASettings, changing changes: [MFAMethod]
  ) async throws(ProviderFailure) {
    var body = [JSONMember("AccessToken", .secret(accessToken))]
    for method in changes {
      let isEnabled = wanted.methods.contains(method.rawValue)
      let isPreferred = isEnabled && wanted.preferred == method.rawValue
      body.append(
        JSONMember(method.settingsMember, ["Enabled": .bool(isEnabled), "PreferredMfa": .bool(isPreferred)]))
    }
    try await account(.setUserMFAPreference, body, for: .account).expectNothing()
  }

  /// Begins to set an authenticator app up (AssociateSoftwareToken).
  ///
  /// - Parameter accountName: what the app shows it under.
  public func associateSoftwareToken(
    accessToken: Secret, accountName: String
  ) async throws(ProviderFailure) -> TOTPEnrolment {
    let answer = try await account(.associateSoftwareToken, accessToken)
    let secret = try SoftwareTokenAnswer(association: answer).secret
    return TOTPEnrolment(
      secret: secret,
      otpauthURI: OTPAuthURI.make(secret: secret, issuer: settings.userPoolID, account: accountName))
  }

  /// Ends it with a code that the app shows (VerifySoftwareToken).
  public func verifySoftwareToken(
    accessToken: Secret, code: Secret, deviceName: String?
  ) async throws(ProviderFailure) {
    var body = [JSONMember("AccessToken", .secret(accessToken)), JSONMember("UserCode", .secret(code.trimmingSpace()))]
    if let deviceName { body.append(JSONMember("FriendlyDeviceName", .string(deviceName))) }
    _ = try SoftwareTokenAnswer.sessionAfter(verification: await account(.verifySoftwareToken, body, for: .account))
  }
}

extension MFAMethod {
  /// The member of SetUserMFAPreference that is about it.
  fileprivate var settingsMember: String {
    switch self {
    case .softwareToken: "SoftwareTokenMfaSettings"
    case .sms: "SMSMfaSettings"
    case .email: "EmailMfaSettings"
    }
  }
}
