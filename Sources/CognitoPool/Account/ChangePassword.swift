/// ChangePassword and DeleteUser: what only the signed-in person may do.
extension PoolTurn {
  mutating func changePassword(_ request: Request) throws -> [String: JSON] {
    var user = try userOfAccessToken(request.text("AccessToken"))
    try count("ChangePassword", &user)
    if let password = user.password {
      guard let previous = request.string("PreviousPassword") else {
        throw ServiceError.missing("PreviousPassword")
      }
      guard try password.matches(previous, identity: pool.identity(user.username)) else {
        throw ServiceError.incorrectCredentials.noting("wrong previous password")
      }
    }
    let proposed = request.text("ProposedPassword")
    try pool.passwordPolicy.check(proposed)
    user.password = try verifier(of: proposed, for: user.username)
    update(user)
    return [:]
  }

  mutating func deleteUser(_ request: Request) throws -> [String: JSON] {
    let user = try userOfAccessToken(request.text("AccessToken"))
    pool.remove(user)
    return [:]
  }
}
