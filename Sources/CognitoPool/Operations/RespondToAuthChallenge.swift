/// RespondToAuthChallenge: every message after the first.
extension PoolTurn {
  mutating func respondToAuthChallenge(_ request: Request) throws -> [String: JSON] {
    let client = try client(request.text("ClientId"))
    let responses = request.parameters("ChallengeResponses")
    let username = try responses.required("USERNAME")
    try client.checkSecretHash(responses["SECRET_HASH"], name: username)
    let name = request.text("ChallengeName")
    if name == "PASSWORD_VERIFIER", request.string("Session") == nil {
      return try answerPasswordVerifier(client, responses, username: username)
    }
    guard let token = request.string("Session") else {
      throw ServiceError.invalidParameter("Missing required parameter Session")
    }
    let session = try session(token, client: client, challenge: name, username: username)
    switch session.step {
    case .passwordVerifier:
      try challenges.close(token)
      return try answerPasswordVerifier(client, responses, username: username)
    case .softwareToken: return try answerSoftwareToken(client, responses, session, token)
    case .newPassword: return try answerNewPassword(client, responses, session, token)
    case .setUp(_, let verified):
      guard let verified else {
        throw ServiceError.notAuthorized("Invalid session for the user.", note: "no verified software token")
      }
      return try answerSetUp(client, session, token, softwareToken: verified)
    }
  }

  /// The session, if it is good for this client, challenge and name.
  private func session(
    _ token: String, client: AppClient, challenge: String, username: String
  ) throws -> Challenges.Session {
    let session = try challenges.session(token, at: now)
    let note: String? =
      if session.poolID != pool.id || session.clientID != client.id {
        "another client's session"
      } else if session.step.challengeName != challenge {
        "the session waits for \(session.step.challengeName)"
      } else if pool.folded(session.username) != pool.folded(username) {
        "USERNAME is not the one of the challenge"
      } else {
        nil
      }
    if let note { throw ServiceError.notAuthorized("Invalid session for the user.", note: note) }
    return session
  }

  /// The user of a session, who may have been deleted, disabled or reset since it was opened.
  private func user(of session: Challenges.Session) throws(ServiceError) -> User {
    guard let user = pool.users[session.username] else { throw .noSuchUser }
    try checkMayEnter(user)
    return user
  }

  private mutating func answerSoftwareToken(
    _ client: AppClient, _ responses: Parameters, _ session: Challenges.Session, _ token: String
  ) throws -> [String: JSON] {
    let code = try responses.required("SOFTWARE_TOKEN_MFA_CODE")
    var user = try user(of: session)
    if user.codeFailures.isLocked(at: now) { throw ServiceError.notAuthorized("Password attempts exceeded") }
    guard var softwareToken = user.softwareToken else {
      throw ServiceError(
        name: "SoftwareTokenMFANotFoundException", message: "Software Token MFA is not enabled for the user.")
    }
    switch try softwareToken.check(code, at: now) {
    case .wrong:
      user.codeFailures.record(at: now)
      pool.users[user.username] = user
      throw ServiceError(name: "CodeMismatchException", message: "Invalid code or auth state for the user.")
    case .usedBefore:
      throw ServiceError(
        name: "ExpiredCodeException", message: "Your software token has already been used once.")
    case .right: break
    }
    user.softwareToken = softwareToken
    user.codeFailures.reset()
    pool.users[user.username] = user
    try challenges.close(token)
    return try grantTokens(user, client)
  }

  private mutating func answerNewPassword(
    _ client: AppClient, _ responses: Parameters, _ session: Challenges.Session, _ token: String
  ) throws -> [String: JSON] {
    let password = try responses.required("NEW_PASSWORD")
    var user = try user(of: session)
    try PasswordPolicy.checkForm(password, at: "newPassword")
    try pool.passwordPolicy.check(password)
    user.attributes.merge(try newAttributes(responses, for: user)) { _, new in new }
    user.password = try verifier(of: password, for: user.username)
    user.status = .confirmed
    update(user)
    try challenges.close(token)
    return try continueAfterPassword(user, client)
  }

  /// `userAttributes.{name}`: what is required and still missing, and nothing that is there already.
  private func newAttributes(_ responses: Parameters, for user: User) throws(ServiceError) -> [String: String] {
    let prefix = "userAttributes."
    var given: [String: String] = [:]
    for (name, value) in responses.values where name.hasPrefix(prefix) {
      given[String(name.dropFirst(prefix.count))] = value
    }
    try pool.checkWritable(given)
    for name in given.keys.sorted() where pool.requiredAttributes.contains(name) && user.attributes[name] != nil {
      throw .notAuthorized("Cannot modify an already provided \(name)")
    }
    for name in missingAttributes(user) where (given[name] ?? "").isEmpty {
      throw .invalidParameter("Invalid attributes given, \(name) is missing")
    }
    return given
  }

  private mutating func answerSetUp(
    _ client: AppClient, _ session: Challenges.Session, _ token: String, softwareToken: SoftwareToken
  ) throws -> [String: JSON] {
    var user = try user(of: session)
    user.softwareToken = softwareToken
    user.enabledFactors = Array(Set(user.enabledFactors + [.softwareToken])).sorted { $0.rawValue < $1.rawValue }
    user.preferredFactor = .softwareToken
    update(user)
    try challenges.close(token)
    return try grantTokens(user, client)
  }
}
