/// Passwords that an administrator sets or takes away.
extension PoolTurn {
  mutating func adminSetUserPassword(_ request: Request) throws -> [String: JSON] {
    var user = try managedUser(request)
    let password = request.text("Password")
    try pool.passwordPolicy.check(password)
    user.password = try verifier(of: password, for: user.username)
    let isPermanent = request.bool("Permanent") ?? false
    user.status = isPermanent ? .confirmed : .forceChangePassword
    user.temporaryPasswordEnd = isPermanent ? nil : temporaryPasswordEnd
    update(user)
    return [:]
  }

  /// The password is good no more; the code for a new one goes to the user.
  mutating func adminResetUserPassword(_ request: Request) throws -> [String: JSON] {
    var user = try managedUser(request)
    guard user.status == .confirmed || user.status == .resetRequired else {
      throw ServiceError.notAuthorized("User password cannot be reset in the current state.")
    }
    let (medium, address) = try recovery(user)
    user.status = .resetRequired
    update(user)
    _ = sendCode(.forgotPassword, to: user, by: medium, at: address)
    return [:]
  }

  /// When a password that is set now has to be changed by.
  var temporaryPasswordEnd: Seconds { now + 86400 * Seconds(max(1, pool.settings.temporaryPasswordDays)) }

  func checkTemporaryPassword(of user: User) throws(ServiceError) {
    guard let end = user.temporaryPasswordEnd, now >= end else { return }
    throw .notAuthorized("Temporary password has expired and must be reset by an administrator.")
  }

  /// One that every policy takes.
  func newTemporaryPassword() -> String {
    let kinds = ["abcdefghijkmnopqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!@#%*-_"]
    let first = kinds.map { random.letters(1, of: $0) }.joined()
    return first + random.letters(max(12, pool.passwordPolicy.minimumLength) - first.count, of: kinds.joined())
  }
}
