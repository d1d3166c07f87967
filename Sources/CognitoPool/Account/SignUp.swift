/// SignUp, ConfirmSignUp and ResendConfirmationCode.
extension PoolTurn {
  mutating func signUp(_ request: Request) throws -> [String: JSON] {
    let client = try client(naming: request)
    guard !pool.signUpIsClosed else {
      throw ServiceError.notAuthorized("SignUp is not permitted for this user pool")
    }
    let password = request.string("Password")
    if let password {
      try pool.passwordPolicy.check(password)
    } else if !client.allows(.choice) {
      throw ServiceError.constraints([
        "Value at 'password' failed to satisfy constraint: Member must not be null"
      ])
    }
    let attributes = request.attributes("UserAttributes")
    try pool.checkWritable(attributes)
    try client.checkMayWrite(attributes.keys)
    let user = try newUser(request.text("Username"), attributes, password: password, status: .unconfirmed)
    try checkRequired(user)
    pool.users[user.username] = user
    var answer: [String: JSON] = ["UserConfirmed": .bool(false), "UserSub": .string(user.sub)]
    if let (medium, address) = confirmation(user) {
      answer["CodeDeliveryDetails"] = sendCode(.signUp, to: user, by: medium, at: address)
    }
    if client.allows(.choice) {
      let attempt = Attempt(clientID: client.id, userID: user.username, flow: .choice)
      answer["Session"] = .string(try openSession(.signedUp, attempt))
    }
    return answer
  }

  /// Where a code for a new user goes: by SMS where the pool verifies both.
  private func confirmation(_ user: User) -> (DeliveryMedium, address: String)? {
    for medium in [DeliveryMedium.sms, .email] where pool.autoVerified.contains(medium.attribute) {
      if let address = user.attributes[medium.attribute] { return (medium, address) }
    }
    return nil
  }

  mutating func confirmSignUp(_ request: Request) throws -> [String: JSON] {
    let client = try client(naming: request)
    guard var user = pool.user(signingInAs: request.text("Username")) else {
      throw client.preventUserExistenceErrors ? ServiceError.expiredCode : .noSuchCombination
    }
    guard user.status == .unconfirmed else {
      throw ServiceError.notAuthorized("User cannot be confirmed. Current status is \(user.status.rawValue)")
    }
    let signUp = try request.string("Session").map { try self.signUp($0, client, user) }
    try count("ConfirmSignUp", &user)
    let sent = try take(request.text("ConfirmationCode"), .signUp, from: &user)
    try claimAlias(sent.medium.attribute, for: user, force: request.members["ForceAliasCreation"] == .bool(true))
    user.attributes["\(sent.medium.attribute)_verified"] = "true"
    user.status = .confirmed
    update(user)
    guard let signUp else { return [:] }
    try pool.challenges.close(signUp.token)
    return ["Session": .string(try openSession(.confirmed, signUp.attempt))]
  }

  /// The session of a sign-up, which goes on to a sign-in without another code.
  private func signUp(
    _ token: String, _ client: AppClient, _ user: User
  ) throws -> (token: String, attempt: Attempt) {
    let session = try pool.challenges.session(token, at: now)
    guard session.step == .signedUp, session.attempt.userID == user.username, session.attempt.clientID == client.id
    else { throw ServiceError.notAuthorized("Invalid session for the user.") }
    return (token, session.attempt)
  }

  /// An address that somebody else signs in by is refused, or taken from them.
  mutating func claimAlias(_ attribute: String, for user: User, force: Bool) throws(ServiceError) {
    guard let value = user.attributes[attribute], var other = pool.holder(of: attribute, value, besides: user)
    else { return }
    guard force else { throw .aliasExists(attribute) }
    other.attributes["\(attribute)_verified"] = "false"
    update(other)
  }

  mutating func resendConfirmationCode(_ request: Request) throws -> [String: JSON] {
    let client = try client(naming: request)
    let name = request.text("Username")
    guard var user = pool.user(signingInAs: name) else {
      guard client.preventUserExistenceErrors else { throw ServiceError.noSuchCombination }
      return ["CodeDeliveryDetails": try simulatedDetails(name)]
    }
    guard user.status == .unconfirmed else {
      throw ServiceError.invalidParameter("User is already confirmed.")
    }
    guard let (medium, address) = confirmation(user) else {
      throw ServiceError.invalidParameter("Cannot resend codes. Auto verification not turned on.")
    }
    try count("ResendConfirmationCode", &user)
    return ["CodeDeliveryDetails": sendCode(.signUp, to: user, by: medium, at: address)]
  }

  /// The client of a request that names a user and proves with `SecretHash` that it may.
  func client(naming request: Request) throws -> AppClient {
    let client = try client(request.text("ClientId"))
    try client.checkSecretHash(request.string("SecretHash"), name: request.text("Username"))
    return client
  }
}
