/// One operation's turn on one identity pool, with a look at the user pools that its logins come from.
///
/// A value without I/O; of an operation that is refused nothing is kept.
struct IdentityTurn {
  var pool: IdentityPool
  var authority: Authority
  let userPools: [String: UserPool]
  let baseURL: String
  let now: Seconds
  let random: any RandomSource
  let makeKeys: @Sendable () throws -> PoolKeys

  func identity(_ id: String) throws(ServiceError) -> Identity {
    guard let identity = pool.identities[id] else { throw .noSuchIdentity(id) }
    return identity
  }

  mutating func put(_ identity: Identity) {
    var identity = identity
    identity.modifiedAt = now
    pool.identities[identity.id] = identity
  }

  mutating func newIdentity() -> Identity {
    let identity = Identity(id: "\(pool.region):\(random.uuid())", createdAt: now, modifiedAt: now)
    put(identity)
    return identity
  }
}

extension ServiceError {
  static func noSuchIdentity(_ id: String) -> ServiceError { .notFound("Identity '\(id)' not found.") }
  static func invalidLogin(_ why: String) -> ServiceError { .notAuthorized("Invalid login token. \(why)") }
}
