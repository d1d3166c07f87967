/// Second factors: which one is asked for, and how each is.
extension PoolTurn {
  /// The second factor where the pool or the user wants one; a remembered device is one.
  mutating func askSecondFactor(_ user: User, _ attempt: Attempt) throws -> [String: JSON] {
    let usable = factors(askedOf: user)
    let device = attempt.deviceKey.flatMap { user.devices[$0] }
    if pool.challengesOnNewDevicesOnly, device?.isRemembered == true { return try finish(user, attempt) }
    switch (pool.mfa, user.preferredFactor, usable.count) {
    case (.off, _, _), (.optional, _, 0): return try finish(user, attempt)
    case (.on, _, 0): return try askSetUp(user, attempt)
    case (_, let preferred?, _) where usable.contains(preferred): return try ask(preferred, user, attempt)
    case (_, _, 1): return try ask(usable[0], user, attempt)
    case (_, _, _):
      let choices = try JSON.strings(usable.map(\.rawValue)).encodedText()
      return try ask(.selectFactor, attempt, ["USER_ID_FOR_SRP": user.username, "MFAS_CAN_CHOOSE": choices])
    }
  }

  /// The factors that a sign-in of this user can end with.
  func factors(askedOf user: User) -> [User.Factor] {
    user.enabledFactors.filter { pool.allows($0) && user.canUse($0) }
  }

  mutating func ask(_ factor: User.Factor, _ user: User, _ attempt: Attempt) throws -> [String: JSON] {
    switch factor {
    case .softwareToken:
      var parameters = ["USER_ID_FOR_SRP": user.username]
      parameters["FRIENDLY_DEVICE_NAME"] = user.softwareToken?.deviceName
      return try ask(.softwareToken, attempt, parameters)
    case .sms: return try askCode(.smsFactor, user.attributes["phone_number"], digits: 6, attempt)
    case .email: return try askCode(.email, user.verified(.email), digits: 6, attempt)
    }
  }

  mutating func answerSelectFactor(_ answer: Answer) throws -> [String: JSON] {
    let name = try answer.responses.required("ANSWER")
    let user = try user(of: answer.attempt)
    guard let factor = User.Factor(rawValue: name), factors(askedOf: user).contains(factor) else {
      throw ServiceError.invalidParameter("Invalid answer to SELECT_MFA_TYPE: \(name)")
    }
    try pool.challenges.close(answer.token)
    return try ask(factor, user, answer.attempt)
  }

  mutating func answerSoftwareToken(_ answer: Answer) throws -> [String: JSON] {
    let code = try answer.responses.required("SOFTWARE_TOKEN_MFA_CODE")
    var user = try user(of: answer.attempt)
    try checkNotLocked(user)
    guard var softwareToken = user.softwareToken else {
      throw ServiceError(
        name: "SoftwareTokenMFANotFoundException", message: "Software Token MFA is not enabled for the user.")
    }
    switch try softwareToken.check(code, at: now) {
    case .wrong: throw wrongCode(of: user)
    case .usedBefore:
      throw ServiceError(
        name: "ExpiredCodeException", message: "Your software token has already been used once.")
    case .right: break
    }
    user.softwareToken = softwareToken
    user.codeFailures.reset()
    pool.users[user.username] = user
    try pool.challenges.close(answer.token)
    return try finish(user, answer.attempt)
  }

  func checkNotLocked(_ user: User) throws(ServiceError) {
    if user.codeFailures.isLocked(at: now) { throw .notAuthorized("Password attempts exceeded") }
  }

  /// Counts it; the session stays good for another try.
  mutating func wrongCode(of user: User) -> ServiceError {
    var user = user
    user.codeFailures.record(at: now)
    pool.users[user.username] = user
    return .wrongSignInCode
  }

  private mutating func askSetUp(_ user: User, _ attempt: Attempt) throws -> [String: JSON] {
    let factors = pool.allows(.softwareToken) ? [User.Factor.softwareToken.rawValue] : []
    return try ask(
      .setUp(secret: nil, verified: nil), attempt,
      ["USER_ID_FOR_SRP": user.username, "MFAS_CAN_SETUP": try JSON.strings(factors).encodedText()])
  }

  mutating func answerSetUp(_ answer: Answer, _ softwareToken: SoftwareToken?) throws -> [String: JSON] {
    guard let softwareToken else {
      throw ServiceError.notAuthorized("Invalid session for the user.", note: "no verified software token")
    }
    var user = try user(of: answer.attempt)
    user.softwareToken = softwareToken
    user.enabledFactors = User.Factor.allCases.filter {
      $0 == .softwareToken || user.enabledFactors.contains($0)
    }
    user.preferredFactor = .softwareToken
    update(user)
    try pool.challenges.close(answer.token)
    return try finish(user, answer.attempt)
  }
}

extension User {
  /// Whether the factor is there to be asked for.
  func canUse(_ factor: Factor) -> Bool {
    switch factor {
    case .softwareToken: softwareToken != nil
    case .sms: attributes["phone_number"] != nil
    case .email: verified(.email) != nil
    }
  }
}

extension ServiceError {
  static let wrongSignInCode = ServiceError(
    name: "CodeMismatchException", message: "Invalid code or auth state for the user.")
}
