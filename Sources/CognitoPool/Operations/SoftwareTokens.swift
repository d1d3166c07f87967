/// AssociateSoftwareToken and VerifySoftwareToken, signed in or on the way.
extension PoolTurn {
  mutating func associateSoftwareToken(_ request: Request) throws -> [String: JSON] {
    try checkSoftwareTokensAllowed()
    let secret = Base32.encode(random.bytes(20))
    switch try caller(request) {
    case .signedIn(var user):
      user.pendingSoftwareToken = secret
      update(user)
      return ["SecretCode": .string(secret)]
    case .settingUp(let session, let token, _):
      try pool.challenges.close(token)
      let step = Challenges.Step.setUp(secret: secret, verified: nil)
      let next = try openSession(step, session.attempt)
      return ["SecretCode": .string(secret), "Session": .string(next)]
    }
  }

  mutating func verifySoftwareToken(_ request: Request) throws -> [String: JSON] {
    try checkSoftwareTokensAllowed()
    let code = request.text("UserCode")
    let deviceName = request.string("FriendlyDeviceName")
    switch try caller(request) {
    case .signedIn(var user):
      user.softwareToken = try verified(code, secret: user.pendingSoftwareToken, deviceName: deviceName)
      user.pendingSoftwareToken = nil
      update(user)
      return ["Status": .string("SUCCESS")]
    case .settingUp(let session, let token, let secret):
      let softwareToken = try verified(code, secret: secret, deviceName: deviceName)
      try pool.challenges.close(token)
      let step = Challenges.Step.setUp(secret: secret, verified: softwareToken)
      let next = try openSession(step, session.attempt)
      return ["Status": .string("SUCCESS"), "Session": .string(next)]
    }
  }

  private enum Caller {
    case signedIn(User)
    case settingUp(Challenges.Session, token: String, secret: String?)
  }

  private func caller(_ request: Request) throws -> Caller {
    switch (request.string("AccessToken"), request.string("Session")) {
    case (let token?, nil): return .signedIn(try userOfAccessToken(token))
    case (nil, let token?):
      let session = try pool.challenges.session(token, at: now)
      guard case .setUp(let secret, _) = session.step else {
        throw ServiceError.notAuthorized(
          "Invalid session for the user.", note: "the session waits for \(session.step.challengeName)")
      }
      return .settingUp(session, token: token, secret: secret)
    case (nil, nil), (.some, .some):
      throw ServiceError.invalidParameter("Exactly one of AccessToken and Session is required")
    }
  }

  private func checkSoftwareTokensAllowed() throws(ServiceError) {
    guard !pool.allowsSoftwareTokens else { return }
    throw ServiceError(
      name: "SoftwareTokenMFANotFoundException",
      message: "Software Token MFA has not been enabled by the userPool")
  }

  private func verified(_ code: String, secret: String?, deviceName: String?) throws -> SoftwareToken {
    guard let secret else {
      throw ServiceError.invalidParameter("No software token was associated: call AssociateSoftwareToken first")
    }
    var token = SoftwareToken(secret: secret, deviceName: deviceName)
    guard try token.check(code, at: now) == .right else {
      throw ServiceError(name: "EnableSoftwareTokenMFAException", message: "Code mismatch")
    }
    return token
  }
}
