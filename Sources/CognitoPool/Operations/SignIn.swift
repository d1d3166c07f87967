/// What every sign-in goes through once somebody has tried a password, and after each further answer.
extension PoolTurn {
  /// Checks lock, password and status in that order, then goes on with what is still asked.
  mutating func signIn(
    _ user: User, client: AppClient, passwordIsRight: Bool
  ) throws -> [String: JSON] {
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
    if user.status == .forceChangePassword { return try askNewPassword(user, client) }
    return try continueAfterPassword(user, client)
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

  /// The second factor where the pool or the user wants one, else tokens.
  mutating func continueAfterPassword(_ user: User, _ client: AppClient) throws -> [String: JSON] {
    let factor = user.preferredFactor ?? user.enabledFactors.first
    switch (pool.mfa, factor) {
    case (.off, _), (.optional, nil): return try grantTokens(user, client)
    case (.on, nil): return try askSetUp(user, client)
    case (_, .softwareToken): return try askSoftwareToken(user, client)
    case (_, .sms), (_, .email):
      throw ServiceError.unsupportedOperation("This pool sends no codes by SMS or e-mail.")
    }
  }

  func challenge(
    _ step: Challenges.Step, _ session: String, _ parameters: [String: String]
  ) -> [String: JSON] {
    [
      "ChallengeName": .string(step.challengeName), "Session": .string(session),
      "ChallengeParameters": .strings(parameters),
    ]
  }

  private mutating func askSoftwareToken(_ user: User, _ client: AppClient) throws -> [String: JSON] {
    let session = try openSession(.softwareToken, client: client, username: user.username)
    var parameters = ["USER_ID_FOR_SRP": user.username]
    parameters["FRIENDLY_DEVICE_NAME"] = user.softwareToken?.deviceName
    return challenge(.softwareToken, session, parameters)
  }

  private mutating func askSetUp(_ user: User, _ client: AppClient) throws -> [String: JSON] {
    let step = Challenges.Step.setUp(secret: nil, verified: nil)
    let session = try openSession(step, client: client, username: user.username)
    return challenge(
      step, session, ["USER_ID_FOR_SRP": user.username, "MFAS_CAN_SETUP": #"["SOFTWARE_TOKEN_MFA"]"#])
  }

  private mutating func askNewPassword(_ user: User, _ client: AppClient) throws -> [String: JSON] {
    let session = try openSession(.newPassword, client: client, username: user.username)
    let missing = missingAttributes(user).map { "userAttributes.\($0)" }
    return challenge(
      .newPassword, session,
      [
        "USER_ID_FOR_SRP": user.username, "requiredAttributes": try JSON.strings(missing).encodedText(),
        "userAttributes": try JSON.strings(user.attributes).encodedText(),
      ])
  }

  func missingAttributes(_ user: User) -> [String] {
    pool.requiredAttributes.filter { (user.attributes[$0] ?? "").isEmpty }
  }
}
