/// What every sign-in goes through once somebody has tried a password, and after each further answer.
extension PoolTurn {
  /// Checks lock, password and status in that order, then goes on with what is still asked.
  mutating func signIn(_ user: User, _ attempt: Attempt, passwordIsRight: Bool) throws -> [String: JSON] {
    var user = user
    if user.status == .resetRequired { throw Self.resetRequired }
    if user.passwordFailures.isLocked(at: now) { throw ServiceError.notAuthorized("Password attempts exceeded") }
    guard passwordIsRight else {
      user.passwordFailures.record(at: now)
      pool.users[user.username] = user
      throw ServiceError.incorrectCredentials.noting("wrong password")
    }
    user.passwordFailures.reset()
    pool.users[user.username] = user
    try checkMayEnter(user)
    if user.status == .forceChangePassword {
      try checkTemporaryPassword(of: user)
      return try askNewPassword(user, attempt)
    }
    return try continueAfterPassword(user, attempt)
  }

  private static let resetRequired = ServiceError(
    name: "PasswordResetRequiredException", message: "Password reset required for the user")

  func checkMayEnter(_ user: User) throws(ServiceError) {
    guard user.enabled else { throw .notAuthorized("User is disabled.") }
    switch user.status {
    case .resetRequired: throw Self.resetRequired
    case .unconfirmed: throw ServiceError(name: "UserNotConfirmedException", message: "User is not confirmed.")
    case .externalProvider: throw .incorrectCredentials.noting("signs in at another provider")
    case .confirmed, .forceChangePassword: return
    }
  }

  /// The pool's own challenges where the flow has them, then what every flow ends with.
  mutating func continueAfterPassword(_ user: User, _ attempt: Attempt) throws -> [String: JSON] {
    if attempt.flow == .custom { return try askCustom(0, failures: 0, attempt) }
    return try askSecondFactor(user, attempt)
  }

  /// Everything is proven but, where there is one, the device.
  mutating func finish(_ user: User, _ attempt: Attempt) throws -> [String: JSON] {
    if attempt.deviceKey != nil, !attempt.deviceIsProven {
      return try ask(.deviceSRP, attempt, ["USER_ID_FOR_SRP": attempt.userID])
    }
    return try grantTokens(user, attempt)
  }

  /// A challenge, in a new session.
  mutating func ask(
    _ step: Challenges.Step, _ attempt: Attempt, _ parameters: [String: String]
  ) throws -> [String: JSON] {
    let session = try openSession(step, attempt)
    return [
      "ChallengeName": .string(step.challengeName), "Session": .string(session),
      "ChallengeParameters": .strings(parameters),
    ]
  }
}
