/// GetId, UnlinkIdentity and what finds the identity of a request.
extension IdentityTurn {
  mutating func getID(_ request: Request) throws -> [String: JSON] {
    let logins = try logins(request)
    if logins.isEmpty {
      guard pool.allowGuests else { throw Self.noGuests }
      return ["IdentityId": .string(newIdentity().id)]
    }
    let linked = try linked(to: logins)
    var identity = linked ?? newIdentity()
    identity.link(logins)
    if identity != linked { put(identity) }
    return ["IdentityId": .string(identity.id)]
  }

  static let noGuests = ServiceError.notAuthorized(
    "Unauthenticated access is not supported for this identity pool.")
  private static let noMatch = ServiceError.notAuthorized(
    "Logins don't match. Please include at least one valid login for this identity or identity pool.")

  /// The one identity that any of these logins belongs to.
  private func linked(to logins: [Login]) throws(ServiceError) -> Identity? {
    let found = pool.identities.values.filter { identity in
      logins.contains { identity.logins[$0.provider] == $0.subject }
    }
    guard found.count <= 1 else {
      throw ServiceError(
        name: "ResourceConflictException", message: "Logins are linked to different identities.")
    }
    return found.first
  }

  /// Whom the request speaks for, which may be another identity than the guest that it names.
  mutating func proven(_ request: Request) throws -> (identity: Identity, logins: [Login]) {
    var identity = try identity(request.text("IdentityId"))
    let logins = try logins(request)
    if logins.isEmpty {
      guard identity.isGuest else {
        throw ServiceError.notAuthorized("Access to Identity '\(identity.id)' is forbidden.")
      }
      guard pool.allowGuests else { throw Self.noGuests }
      return (identity, [])
    }
    let linked = try linked(to: logins)
    if identity.isGuest {
      // A guest who signs in becomes the identity of that login, or goes over to the one there is.
      identity = linked ?? identity
    } else if linked?.id != identity.id {
      throw Self.noMatch
    }
    let before = identity
    identity.link(logins)
    if identity != before { put(identity) }
    return (identity, logins)
  }

  mutating func unlinkIdentity(_ request: Request) throws -> [String: JSON] {
    var identity = try identity(request.text("IdentityId"))
    let logins = try logins(request)
    guard logins.contains(where: { identity.logins[$0.provider] == $0.subject }) else { throw Self.noMatch }
    for name in request.strings("LoginsToRemove") ?? [] {
      identity.logins[providers(named: name).first?.name ?? name] = nil
    }
    put(identity)
    return [:]
  }
}

extension Identity {
  fileprivate mutating func link(_ logins: [IdentityTurn.Login]) {
    for login in logins { self.logins[login.provider] = login.subject }
  }
}
