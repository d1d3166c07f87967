public import SessionModel
internal import WireJSON

/// Making an account, and making it usable.
extension CognitoClient {
  /// Makes an account (SignUp).
  ///
  /// - Parameter password: nil where the pool signs its users in by codes alone.
  public func signUp(
    username: String, password: Secret?, attributes: [String: String]
  ) async throws(ProviderFailure) -> SignedUp {
    var members: [JSONMember] = []
    if let password { members.append(JSONMember("Password", .secret(password))) }
    if !attributes.isEmpty { members.append(JSONMember("UserAttributes", .attributes(attributes))) }
    let answer = try await account(.signUp, named: username, members)
    var confirmed: Bool?
    var result = SignedUp(isConfirmed: false, subject: nil, delivery: nil)
    try answer.read { name, value in
      switch name {
      case "UserConfirmed": confirmed = try value.null() ? nil : value.bool()
      case "UserSub": result.subject = try value.null() ? nil : value.string()
      case "CodeDeliveryDetails": result.delivery = try CodeDelivery.read(&value)
      default: try value.skip()
      }
    }
    guard let confirmed else { throw answer.unusable() }
    result.isConfirmed = confirmed
    return result
  }

  /// Confirms an account with the code that was sent to its owner (ConfirmSignUp). One that is confirmed already, as
  /// after a lost answer, is no failure.
  public func confirmSignUp(username: String, code: Secret) async throws(ProviderFailure) {
    do throws(ProviderFailure) {
      let code = JSONMember("ConfirmationCode", .secret(code.trimmingSpace()))
      try await account(.confirmSignUp, named: username, [code]).expectNothing()
    } catch {
      guard error.isConfirmedAlready else { throw error }
    }
  }

  /// Sends the code that confirms an account again (ResendConfirmationCode).
  public func resendConfirmationCode(username: String) async throws(ProviderFailure) -> CodeDelivery? {
    try await account(.resendConfirmationCode, named: username).delivery()
  }

  /// Sends a code that a forgotten password can be replaced with (ForgotPassword).
  public func forgotPassword(username: String) async throws(ProviderFailure) -> CodeDelivery? {
    try await account(.forgotPassword, named: username).delivery()
  }

  /// Replaces a forgotten password (ConfirmForgotPassword).
  public func confirmForgotPassword(
    username: String, code: Secret, newPassword: Secret
  ) async throws(ProviderFailure) {
    let code = JSONMember("ConfirmationCode", .secret(code.trimmingSpace()))
    let password = JSONMember("Password", .secret(newPassword))
    try await account(.confirmForgotPassword, named: username, [code, password]).expectNothing()
  }
}
