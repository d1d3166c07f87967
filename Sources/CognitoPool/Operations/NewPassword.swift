/// NEW_PASSWORD_REQUIRED.
extension PoolTurn {
  mutating func askNewPassword(_ user: User, _ attempt: Attempt) throws -> [String: JSON] {
    let missing = missingAttributes(user).map { "userAttributes.\($0)" }
    return try ask(
      .newPassword, attempt,
      [
        "USER_ID_FOR_SRP": user.username, "requiredAttributes": try JSON.strings(missing).encodedText(),
        "userAttributes": try JSON.strings(user.attributes).encodedText(),
      ])
  }

  func missingAttributes(_ user: User) -> [String] {
    pool.requiredAttributes.filter { (user.attributes[$0] ?? "").isEmpty }
  }

  mutating func answerNewPassword(_ answer: Answer) throws -> [String: JSON] {
    let password = try answer.responses.required("NEW_PASSWORD")
    var user = try user(of: answer.attempt)
    try PasswordPolicy.checkForm(password, at: "newPassword")
    try pool.passwordPolicy.check(password)
    let attributes = try newAttributes(answer.responses, for: user, in: answer.attempt)
    for (name, value) in attributes { set(name, value, in: &user) }
    user.password = try verifier(of: password, for: user.username)
    user.status = .confirmed
    update(user)
    try pool.challenges.close(answer.token)
    return try continueAfterPassword(user, answer.attempt)
  }

  /// `userAttributes.{name}`: what is required and still missing, and nothing that is there already.
  private func newAttributes(
    _ responses: Parameters, for user: User, in attempt: Attempt
  ) throws(ServiceError) -> [String: String] {
    let prefix = "userAttributes."
    var given: [String: String] = [:]
    for (name, value) in responses.values where name.hasPrefix(prefix) {
      given[String(name.dropFirst(prefix.count))] = value
    }
    try pool.checkWritable(given)
    try client(attempt.clientID).checkMayWrite(given.keys)
    for (name, value) in given.sorted(by: { $0.key < $1.key }) { try checkNameIsFree(name, value, for: user) }
    for name in given.keys.sorted() where pool.requiredAttributes.contains(name) && user.attributes[name] != nil {
      throw .notAuthorized("Cannot modify an already provided \(name)")
    }
    for name in missingAttributes(user) where (given[name] ?? "").isEmpty {
      throw .invalidParameter("Invalid attributes given, \(name) is missing")
    }
    return given
  }
}
