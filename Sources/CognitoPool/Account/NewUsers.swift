/// How a user comes into a pool.
extension PoolTurn {
  /// A user with this name and these attributes, if the pool takes them; not put into the pool yet.
  func newUser(
    _ name: String, _ given: [String: String], password: String?, status: User.Status,
    nameTaken: String = "User already exists"
  ) throws -> User {
    var attributes = given.filter { !$0.value.isEmpty }
    let kind = try pool.attribute(ofName: name)
    if let kind {
      guard attributes[kind].map({ pool.folded($0) == pool.folded(name) }) ?? true else {
        throw ServiceError.invalidParameter("The \(kind) attribute is not the username")
      }
      attributes[kind] = name
    }
    try checkFree(name, kind, attributes, nameTaken)
    let sub = random.uuid()
    let username = kind == nil ? name : sub
    return User(
      username: username, sub: sub, attributes: attributes, status: status,
      password: try password.map { try verifier(of: $0, for: username) }, createdAt: now, modifiedAt: now)
  }

  func verifier(of password: String, for username: String) throws -> PasswordVerifier {
    try PasswordVerifier(password: password, identity: pool.identity(username), salt: random.bytes(16))
  }

  private func checkFree(
    _ name: String, _ kind: String?, _ attributes: [String: String], _ nameTaken: String
  ) throws(ServiceError) {
    guard pool.user(named: name) == nil else { throw Self.exists(nameTaken) }
    for attribute in pool.usernameAttributes + ["preferred_username"] {
      guard let value = attributes[attribute], pool.holder(of: attribute, value, besides: nil) != nil else { continue }
      throw Self.exists("An account with the given \(attribute) already exists.")
    }
  }

  private static func exists(_ message: String) -> ServiceError {
    ServiceError(name: "UsernameExistsException", message: message)
  }

  /// Refuses a user who lacks what the pool wants of everybody.
  func checkRequired(_ user: User) throws(ServiceError) {
    let missing = missingAttributes(user)
    guard missing.isEmpty else { throw .schema(missing.map { "\($0): The attribute is required" }) }
  }
}
