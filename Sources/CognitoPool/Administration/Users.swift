/// What an administrator does with one user.
extension PoolTurn {
  /// The user whom `Username` means: the real username, the `sub`, or what the user signs in by.
  func managedUser(_ request: Request) throws(ServiceError) -> User {
    let name = request.text("Username")
    guard let user = pool.user(signingInAs: name) ?? pool.users.values.first(where: { $0.sub == name }) else {
      throw .noSuchUser
    }
    return user
  }

  func adminGetUser(_ request: Request) throws -> [String: JSON] {
    let user = try managedUser(request)
    var members = user.members(attributes: nil)
    members["UserAttributes"] = members.removeValue(forKey: "Attributes")
    return members.merging(factors(of: user)) { $1 }
  }

  mutating func adminDeleteUser(_ request: Request) throws -> [String: JSON] {
    pool.remove(try managedUser(request))
    return [:]
  }

  /// Ends the user's access tokens; sign-in and refresh are refused for as long as it lasts.
  mutating func adminDisableUser(_ request: Request) throws -> [String: JSON] {
    var user = try managedUser(request)
    user.enabled = false
    update(user)
    for grant in pool.grants.values where grant.username == user.username {
      pool.grants[grant.id]?.endAccessTokens(.revoked)
    }
    return [:]
  }

  mutating func adminEnableUser(_ request: Request) throws -> [String: JSON] {
    var user = try managedUser(request)
    user.enabled = true
    update(user)
    return [:]
  }

  mutating func adminUserGlobalSignOut(_ request: Request) throws -> [String: JSON] {
    pool.revokeGrants(of: try managedUser(request).username, at: now)
    return [:]
  }

  mutating func adminConfirmSignUp(_ request: Request) throws -> [String: JSON] {
    var user = try managedUser(request)
    guard user.status == .unconfirmed else {
      throw ServiceError.notAuthorized("User cannot be confirmed. Current status is \(user.status.rawValue)")
    }
    user.status = .confirmed
    update(user)
    return [:]
  }

  mutating func adminSetUserMFAPreference(_ request: Request) throws -> [String: JSON] {
    var user = try managedUser(request)
    try setPreference(request, of: &user)
    update(user)
    return [:]
  }
}

extension UserPool {
  /// With the user go the memberships; tokens are void for want of their user.
  mutating func remove(_ user: User) {
    users[user.username] = nil
    for name in settings.groups.keys { settings.groups[name]?.members.remove(user.username) }
  }
}

extension User {
  func has(_ names: [String]) -> Bool { names.allSatisfy { $0 == "sub" || attributes[$0] != nil } }

  /// `UserType`, with all attributes or those named.
  func members(attributes wanted: [String]?) -> [String: JSON] {
    var all = attributes
    all["sub"] = sub
    let shown = all.filter { wanted?.contains($0.key) ?? true }.sorted { $0.key < $1.key }
    return [
      "Username": .string(username), "UserCreateDate": .number(createdAt),
      "UserLastModifiedDate": .number(modifiedAt), "Enabled": .bool(enabled), "UserStatus": .string(status.rawValue),
      "Attributes": .array(shown.map { .strings(["Name": $0.key, "Value": $0.value]) }),
    ]
  }
}
