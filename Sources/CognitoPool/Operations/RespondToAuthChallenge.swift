/// RespondToAuthChallenge and AdminRespondToAuthChallenge: every message after the first.
extension PoolTurn {
  /// An answer in a session that is good for it.
  struct Answer {
    let attempt: Attempt
    let token: String
    let responses: Parameters
  }

  mutating func respondToAuthChallenge(_ request: Request) throws -> [String: JSON] {
    let client = try client(request.text("ClientId"))
    let responses = request.parameters("ChallengeResponses")
    let username = try responses.required("USERNAME")
    try client.checkSecretHash(responses["SECRET_HASH"], name: username)
    let name = request.text("ChallengeName")
    if name == "PASSWORD_VERIFIER", request.string("Session") == nil {
      return try answerPasswordVerifier(client, responses, username: username, session: nil)
    }
    guard let token = request.string("Session") else {
      throw ServiceError.invalidParameter("Missing required parameter Session")
    }
    let session = try session(token, client: client, challenge: name, username: username)
    if session.step == .passwordVerifier {
      return try answerPasswordVerifier(client, responses, username: username, session: token)
    }
    let attempt = try withDevice(responses["DEVICE_KEY"], session.attempt)
    return try take(Answer(attempt: attempt, token: token, responses: responses), to: session.step, client)
  }

  private mutating func take(
    _ answer: Answer, to step: Challenges.Step, _ client: AppClient
  ) throws -> [String: JSON] {
    switch step {
    case .newPassword: try answerNewPassword(answer)
    case .softwareToken: try answerSoftwareToken(answer)
    case .code(let sent): try answerCode(answer, sent)
    case .setUp(_, let verified): try answerSetUp(answer, verified)
    case .selectFactor: try answerSelectFactor(answer)
    case .selectChallenge: try answerSelectChallenge(answer)
    case .password: try answerPassword(answer)
    case .passwordSRP: try answerPasswordSRP(answer)
    case .passkey: try answerPasskey(answer)
    case .custom(let index, let failures): try answerCustom(answer, index, failures: failures)
    case .deviceSRP: try answerDeviceSRP(answer)
    case .deviceVerifier: try answerDeviceVerifier(answer, client)
    case .passwordVerifier, .signedUp, .confirmed:
      throw ServiceError.notAuthorized("Invalid session for the user.")
    }
  }

  /// The session, if it is good for this client, challenge and name.
  private func session(
    _ token: String, client: AppClient, challenge: String, username: String
  ) throws -> Challenges.Session {
    let session = try pool.challenges.session(token, at: now)
    let note: String? =
      if session.attempt.clientID != client.id {
        "another client's session"
      } else if session.step.challengeName != challenge {
        "the session waits for \(session.step.challengeName)"
      } else if pool.folded(session.attempt.userID) != pool.folded(username) {
        "USERNAME is not the one of the challenge"
      } else {
        nil
      }
    if let note { throw ServiceError.notAuthorized("Invalid session for the user.", note: note) }
    return session
  }

  /// The user of an attempt, who may have been deleted, disabled or reset since it began.
  func user(of attempt: Attempt) throws(ServiceError) -> User {
    guard let user = pool.users[attempt.userID] else { throw .noSuchUser }
    try checkMayEnter(user)
    return user
  }
}
