/// USER_AUTH: the person chooses what to sign in with.
extension PoolTurn {
  mutating func startChoice(
    _ attempt: Attempt, _ user: User?, _ parameters: Parameters, session: String?
  ) throws -> [String: JSON] {
    if let session { return try continueSignUp(attempt, user, session) }
    let choices = self.choices(for: user)
    if let preferred = parameters["PREFERRED_CHALLENGE"], choices.contains(preferred) {
      return try begin(preferred, attempt, user, parameters)
    }
    var answer = try ask(.selectChallenge, attempt, ["USERNAME": attempt.userID])
    answer["AvailableChallenges"] = .strings(choices)
    return answer
  }

  mutating func answerSelectChallenge(_ answer: Answer) throws -> [String: JSON] {
    let user = pool.users[answer.attempt.userID]
    let choice = try answer.responses.required("ANSWER")
    guard choices(for: user).contains(choice) else {
      throw ServiceError.invalidParameter("Challenge \(choice) is not available for the user")
    }
    try pool.challenges.close(answer.token)
    return try begin(choice, answer.attempt, user, answer.responses)
  }

  /// What there is for this user; codes and passkeys alone do not serve where a second factor is asked for.
  private func choices(for user: User?) -> [String] {
    let isPasswordOnly = user.map { !factors(askedOf: $0).isEmpty || $0.status == .forceChangePassword } ?? false
    return pool.firstFactors.flatMap { factor -> [String] in
      switch factor {
      case "PASSWORD": user == nil || user?.password != nil ? ["PASSWORD", "PASSWORD_SRP"] : []
      case _ where isPasswordOnly || pool.mfa == .on: []
      case "EMAIL_OTP": user == nil || user?.verified(.email) != nil ? [factor] : []
      case "SMS_OTP": user?.verified(.sms) != nil ? [factor] : []
      case "WEB_AUTHN": user?.passkeys.isEmpty == false ? [factor] : []
      default: []
      }
    }
  }

  private mutating func begin(
    _ choice: String, _ attempt: Attempt, _ user: User?, _ parameters: Parameters
  ) throws -> [String: JSON] {
    switch choice {
    case "PASSWORD":
      guard let password = parameters["PASSWORD"] else {
        return try ask(.password, attempt, ["USERNAME": attempt.userID])
      }
      return try checkPassword(password, user, attempt)
    case "PASSWORD_SRP":
      guard parameters["SRP_A"] != nil else { return try ask(.passwordSRP, attempt, ["USERNAME": attempt.userID]) }
      return try startSRP(attempt, user, parameters)
    case "WEB_AUTHN": return try askPasskey(attempt, user)
    default:
      if let user { try checkMayEnter(user) }
      let challenge: Challenges.OneTimeCode.Challenge = choice == "EMAIL_OTP" ? .email : .sms
      return try askCode(challenge, user?.verified(challenge.medium), digits: 8, attempt)
    }
  }

  mutating func answerPassword(_ answer: Answer) throws -> [String: JSON] {
    let password = try answer.responses.required("PASSWORD")
    try pool.challenges.close(answer.token)
    return try checkPassword(password, pool.users[answer.attempt.userID], answer.attempt)
  }

  mutating func answerPasswordSRP(_ answer: Answer) throws -> [String: JSON] {
    _ = try answer.responses.required("SRP_A")
    try pool.challenges.close(answer.token)
    return try startSRP(answer.attempt, pool.users[answer.attempt.userID], answer.responses)
  }

  private mutating func askPasskey(_ attempt: Attempt, _ user: User?) throws -> [String: JSON] {
    let keys = (user?.passkeys ?? []).map { JSON.strings(["id": $0.id, "type": "public-key"]) }
    let options = JSON.object([
      "challenge": .string(Base64URL.encode(random.bytes(32))), "rpId": .string("localhost"),
      "allowCredentials": .array(keys), "timeout": .integer(180_000), "userVerification": .string("preferred"),
    ])
    return try ask(
      .passkey, attempt,
      ["USERNAME": attempt.userID, "CREDENTIAL_REQUEST_OPTIONS": try options.encodedText()])
  }

  /// The pool knows that passkeys exist, not their public keys: none signs in here.
  mutating func answerPasskey(_ answer: Answer) throws -> [String: JSON] {
    _ = try answer.responses.required("CREDENTIAL")
    try pool.challenges.close(answer.token)
    throw ServiceError.incorrectCredentials.noting("this pool has no public keys of passkeys")
  }

  /// Who has just confirmed a code signs in without another.
  private mutating func continueSignUp(
    _ attempt: Attempt, _ user: User?, _ token: String
  ) throws -> [String: JSON] {
    let session = try pool.challenges.session(token, at: now)
    guard session.step == .confirmed, session.attempt.userID == attempt.userID,
      session.attempt.clientID == attempt.clientID, let user
    else { throw ServiceError.notAuthorized("Invalid session for the user.") }
    try checkMayEnter(user)
    try pool.challenges.close(token)
    return try askSecondFactor(user, attempt)
  }
}
