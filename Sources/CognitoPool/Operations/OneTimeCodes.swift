/// Codes by mail and SMS that sign in, as the first factor or the second.
extension PoolTurn {
  /// Sends a code; without an address, to somebody who does not exist, only as if.
  mutating func askCode(
    _ challenge: Challenges.OneTimeCode.Challenge, _ address: String?, digits: Int, _ attempt: Attempt
  ) throws -> [String: JSON] {
    let code = newCode(digits: digits)
    let medium = challenge.medium
    let destination: String
    if let address {
      destination = medium.masked(address)
      deliver(code, .authentication, to: attempt.userID, medium, at: address)
    } else {
      destination = try simulatedDetails(attempt.userID)["Destination"]?.asString ?? ""
    }
    return try ask(
      .code(.init(challenge: challenge, code: code)), attempt,
      [
        "USERNAME": attempt.userID, "CODE_DELIVERY_DELIVERY_MEDIUM": medium.rawValue,
        "CODE_DELIVERY_DESTINATION": destination,
      ])
  }

  mutating func answerCode(_ answer: Answer, _ sent: Challenges.OneTimeCode) throws -> [String: JSON] {
    let given = try answer.responses.required("\(sent.challenge.rawValue)_CODE")
    guard pool.users[answer.attempt.userID] != nil || !isSimulated(answer.attempt) else {
      throw ServiceError.wrongSignInCode
    }
    var user = try user(of: answer.attempt)
    try checkNotLocked(user)
    guard Digest.equal(sent.code, given) else { throw wrongCode(of: user) }
    user.codeFailures.reset()
    pool.users[user.username] = user
    try pool.challenges.close(answer.token)
    return try finish(user, answer.attempt)
  }

  /// Whether the attempt is in the name of somebody who may never have existed.
  func isSimulated(_ attempt: Attempt) -> Bool {
    pool.clients[attempt.clientID]?.preventUserExistenceErrors == true
  }
}
