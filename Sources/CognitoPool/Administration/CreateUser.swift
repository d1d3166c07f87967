/// AdminCreateUser.
extension PoolTurn {
  mutating func adminCreateUser(_ request: Request) throws -> [String: JSON] {
    let given = request.string("TemporaryPassword")
    if let given { try pool.passwordPolicy.check(given) }
    if request.string("MessageAction") == "RESEND" { return try resend(request, given ?? newTemporaryPassword()) }
    let attributes = request.attributes("UserAttributes")
    try pool.checkAdministered(attributes)
    let password = given ?? (pool.signsInWithoutPassword ? nil : newTemporaryPassword())
    var user = try newUser(
      request.text("Username"), attributes, password: password,
      status: password == nil ? .confirmed : .forceChangePassword, nameTaken: "User account already exists")
    user.temporaryPasswordEnd = password.map { _ in temporaryPasswordEnd }
    for medium in DeliveryMedium.allCases where user.isVerified(medium.attribute) {
      try claimAlias(medium.attribute, for: user, force: request.bool("ForceAliasCreation") ?? false)
    }
    let media = try media(request, user)
    pool.users[user.username] = user
    if let password, request.string("MessageAction") == nil { invite(user, password, media) }
    return ["User": .object(user.members(attributes: nil))]
  }

  private mutating func resend(_ request: Request, _ password: String) throws -> [String: JSON] {
    var user = try managedUser(request)
    guard user.status == .forceChangePassword else {
      throw ServiceError(
        name: "UnsupportedUserStateException",
        message: "Resend not possible. \(user.username) status is not FORCE_CHANGE_PASSWORD")
    }
    user.password = try verifier(of: password, for: user.username)
    user.temporaryPasswordEnd = temporaryPasswordEnd
    update(user)
    invite(user, password, try media(request, user))
    return ["User": .object(user.members(attributes: nil))]
  }

  /// Where the invitation goes: as asked for, else to whatever address there is.
  private func media(_ request: Request, _ user: User) throws(ServiceError) -> [DeliveryMedium] {
    guard let names = request.strings("DesiredDeliveryMediums"), !names.isEmpty else {
      return [DeliveryMedium.sms, .email].first { user.attributes[$0.attribute] != nil }.map { [$0] } ?? []
    }
    let wanted = names.compactMap(DeliveryMedium.init(rawValue:))
    for medium in wanted where user.attributes[medium.attribute] == nil {
      throw .invalidParameter("User has no \(medium.attribute) to deliver the invitation to.")
    }
    return wanted
  }

  private mutating func invite(_ user: User, _ password: String, _ media: [DeliveryMedium]) {
    for medium in media {
      guard let address = user.attributes[medium.attribute] else { continue }
      deliver(password, .invitation, to: user.username, medium, at: address)
    }
  }
}

extension UserPool {
  /// Whether people can sign in by a code or passkey alone.
  fileprivate var signsInWithoutPassword: Bool {
    !settings.isSeeded && firstFactors.contains { $0 != "PASSWORD" }
  }
}
