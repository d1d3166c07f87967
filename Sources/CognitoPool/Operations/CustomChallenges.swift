/// CUSTOM_AUTH: the challenges that the seed scripts, one after the other.
extension PoolTurn {
  private static let mostFailures = 3

  func checkCustomChallenges() throws(ServiceError) {
    guard pool.customChallenges.isEmpty else { return }
    throw .invalidParameter("Custom auth lambda trigger is not configured for the user pool.")
  }

  mutating func startCustom(_ attempt: Attempt, _ user: User?) throws -> [String: JSON] {
    try checkCustomChallenges()
    if let user { try checkMayEnter(user) }
    return try askCustom(0, failures: 0, attempt)
  }

  mutating func askCustom(_ index: Int, failures: Int, _ attempt: Attempt) throws -> [String: JSON] {
    var parameters = pool.customChallenges[index].parameters
    parameters["USERNAME"] = attempt.userID
    return try ask(.custom(index, failures: failures), attempt, parameters)
  }

  /// A wrong answer gets the same challenge again, the third one nothing.
  mutating func answerCustom(_ answer: Answer, _ index: Int, failures: Int) throws -> [String: JSON] {
    let given = try answer.responses.required("ANSWER")
    let attempt = answer.attempt
    let user = pool.users[attempt.userID]
    if let user { try checkMayEnter(user) }
    guard pool.customChallenges.indices.contains(index) else {
      throw ServiceError.notAuthorized("Invalid session for the user.", note: "the challenge is no more")
    }
    try pool.challenges.close(answer.token)
    guard let user, Digest.equal(pool.customChallenges[index].answer, given) else {
      guard failures + 1 < Self.mostFailures else {
        throw ServiceError.incorrectCredentials.noting("wrong answer to a custom challenge")
      }
      return try askCustom(index, failures: failures + 1, attempt)
    }
    let next = index + 1
    guard next < pool.customChallenges.count else { return try askSecondFactor(user, attempt) }
    return try askCustom(next, failures: 0, attempt)
  }
}
