/// ForgotPassword and ConfirmForgotPassword.
extension PoolTurn {
  mutating func forgotPassword(_ request: Request) throws -> [String: JSON] {
    let client = try client(naming: request)
    let name = request.text("Username")
    do {
      guard var user = pool.user(signingInAs: name) else { throw ServiceError.noSuchCombination }
      let (medium, address) = try recovery(user)
      try count("ForgotPassword", &user)
      return ["CodeDeliveryDetails": sendCode(.forgotPassword, to: user, by: medium, at: address)]
    } catch let error as ServiceError where client.preventUserExistenceErrors && error.tellsAboutUser {
      return ["CodeDeliveryDetails": try simulatedDetails(name)]
    }
  }

  /// Where the user can get a code for a new password.
  func recovery(_ user: User) throws(ServiceError) -> (DeliveryMedium, address: String) {
    guard user.enabled else { throw .notAuthorized("User is disabled.") }
    switch user.status {
    case .forceChangePassword, .externalProvider:
      throw .notAuthorized("User password cannot be reset in the current state.")
    case .unconfirmed, .confirmed, .resetRequired: break
    }
    for medium in pool.settings.recoveryMedia {
      if let address = user.verified(medium) { return (medium, address) }
    }
    throw .invalidParameter(
      "Cannot reset password for the user as there is no registered/verified email or phone_number")
  }

  mutating func confirmForgotPassword(_ request: Request) throws -> [String: JSON] {
    let client = try client(naming: request)
    guard var user = pool.user(signingInAs: request.text("Username")) else {
      throw client.preventUserExistenceErrors ? ServiceError.wrongCode : .noSuchCombination
    }
    guard user.enabled else {
      throw client.preventUserExistenceErrors ? ServiceError.wrongCode : .notAuthorized("User is disabled.")
    }
    let password = request.text("Password")
    try pool.passwordPolicy.check(password)
    try count("ConfirmForgotPassword", &user)
    _ = try take(request.text("ConfirmationCode"), .forgotPassword, from: &user)
    user.password = try verifier(of: password, for: user.username)
    user.status = .confirmed
    user.passwordFailures.reset()
    update(user)
    return [:]
  }
}

extension ServiceError {
  /// Whether saying so would tell a stranger that somebody exists, or how they are.
  fileprivate var tellsAboutUser: Bool { name != "LimitExceededException" && status < 500 }
}
