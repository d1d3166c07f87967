public import SessionAPI
public import SessionModel
internal import WireJSON

/// The account before its owner is signed in.
extension SessionAgentClient {
  /// How long the agent may take: it waits for a provider that throttles.
  private static let patience: Int64 = 90

  /// Makes an account.
  public func signUp(_ profile: ProfileName, _ request: SignUpDocument) throws(ClientError) -> SignedUp {
    try document(before(profile, "signup", request.json), SignedUpDocument.self).signedUp
  }

  /// Confirms an account with the code that was sent.
  public func confirmAccount(_ profile: ProfileName, _ request: ConfirmDocument) throws(ClientError) {
    _ = try json(before(profile, "confirm", request.json))
  }

  /// Sends the code that confirms the account again.
  public func resendCode(_ profile: ProfileName, username: String) throws(ClientError) -> CodeDelivery? {
    let body = UsernameDocument(username: username).json
    return try document(before(profile, "resend-code", body), DeliveryDocument.self).delivery
  }

  /// Sends a code that replaces a forgotten password.
  public func forgotPassword(_ profile: ProfileName, username: String) throws(ClientError) -> CodeDelivery? {
    let body = UsernameDocument(username: username).json
    return try document(before(profile, "forgot-password", body), DeliveryDocument.self).delivery
  }

  /// Replaces a forgotten password.
  public func resetPassword(_ profile: ProfileName, _ request: ResetPasswordDocument) throws(ClientError) {
    _ = try json(before(profile, "reset-password", request.json))
  }

  private func before(_ profile: ProfileName, _ what: String, _ body: JSONValue) -> HTTPRequest {
    HTTPRequest("POST", "profiles", profile.rawValue, "account", what).sending(body)
      .within(seconds: SessionAgentClient.patience)
  }
}

/// The account of who is signed in.
extension SessionAgentClient {
  /// Replaces the password.
  public func changePassword(_ session: SessionName, _ request: ChangePasswordDocument) throws(ClientError) {
    _ = try json(SessionAgentClient.account("POST", session, "change-password").sending(request.json))
  }

  /// Sends a code that verifies an attribute.
  public func sendCode(_ session: SessionName, attribute: String) throws(ClientError) -> CodeDelivery? {
    try document(
      SessionAgentClient.account("POST", session, "attributes", attribute, "send-code"), DeliveryDocument.self
    ).delivery
  }

  /// Verifies an attribute.
  public func verifyAttribute(_ session: SessionName, _ attribute: String, code: Secret) throws(ClientError) {
    let request = SessionAgentClient.account("POST", session, "attributes", attribute, "verify")
    _ = try json(request.sending(CodeDocument(code: code).json))
  }

  /// The second factors.
  public func mfa(_ session: SessionName) throws(ClientError) -> MFASettings {
    try document(SessionAgentClient.account("GET", session, "mfa"), MFADocument.self).settings
  }

  /// Chooses second factors.
  public func setMFA(_ session: SessionName, _ settings: MFASettings) throws(ClientError) -> MFASettings {
    let request = SessionAgentClient.account("PUT", session, "mfa").sending(MFADocument(settings).json)
    return try document(request, MFADocument.self).settings
  }

  /// Begins to set an authenticator app up.
  public func enrollTOTP(_ session: SessionName) throws(ClientError) -> TOTPEnrolment {
    try document(SessionAgentClient.account("POST", session, "mfa", "totp"), TOTPEnrolmentDocument.self).enrolment
  }

  /// Ends it with a code that the app shows.
  public func verifyTOTP(_ session: SessionName, _ request: CodeDocument) throws(ClientError) {
    _ = try json(SessionAgentClient.account("POST", session, "mfa", "totp", "verify").sending(request.json))
  }

  /// The account's devices.
  public func devices(_ session: SessionName) throws(ClientError) -> [DeviceDocument] {
    try document(SessionAgentClient.account("GET", session, "devices"), DevicesDocument.self).devices
  }

  /// Remembers a device, or does so no more.
  public func setDevice(_ session: SessionName, key: String, remembered: Bool) throws(ClientError) {
    let request = SessionAgentClient.account("PUT", session, "devices", key)
    _ = try json(request.sending(DeviceStatusDocument(remembered: remembered).json))
  }

  /// Has a device forgotten.
  public func forgetDevice(_ session: SessionName, key: String) throws(ClientError) {
    _ = try json(SessionAgentClient.account("DELETE", session, "devices", key))
  }

  /// Removes a passkey.
  public func deletePasskey(_ session: SessionName, id: String) throws(ClientError) {
    _ = try json(SessionAgentClient.account("DELETE", session, "passkeys", id))
  }

  /// Deletes the account for ever; the session is gone with it.
  ///
  /// - Parameter username: the account's, as a person typed it.
  public func deleteAccount(_ session: SessionName, username: String) throws(ClientError) {
    let body = UsernameDocument(username: username).json
    _ = try json(SessionAgentClient.account("DELETE", session).sending(body))
  }

  /// A request about the account of a session.
  package static func account(_ method: String, _ session: SessionName, _ path: String...) -> HTTPRequest {
    var request = HTTPRequest(method, "sessions", session.rawValue, "account").within(seconds: patience)
    request.path += path
    return request
  }
}
