/// Turns on one user pool.
extension PoolService {
  /// Changes one pool and keeps what came out, unless it can't be written.
  func change(_ poolID: String, _ body: (inout UserPool) throws -> Void) throws {
    guard let pool = userPools[poolID] else { return }
    _ = try take(pool) { turn in
      try body(&turn.pool)
      return [:]
    }
  }

  /// Makes new keys; the pair in use goes on being published.
  func rotateKeys(_ poolID: String) throws {
    let fresh = try makeKeys()
    try change(poolID) { $0.keys.rotate(to: fresh) }
  }

  func take(
    _ pool: UserPool, _ body: (inout PoolTurn) throws -> [String: JSON]
  ) throws -> [String: JSON] {
    let now = clock.now()
    var turn = PoolTurn(pool: pool, now: now, random: random, issuer: issuer(pool.id))
    turn.pool.challenges.forgetOld(at: now)
    let answer = Result { try body(&turn) }
    if turn.pool != pool { try store.save(turn.pool) }
    userPools[pool.id] = turn.pool
    try store.append(turn.deliveries)
    return try answer.get()
  }

  func pool(for request: Request, _ scope: Operation.Scope, _ caller: Caller) throws -> UserPool {
    switch scope {
    case .client, .revokingClient:
      let id = request.text("ClientId")
      if let pool = userPools.values.first(where: { $0.clients[id] != nil }) { return pool }
      throw scope == .client ? ServiceError.noSuchClient(id) : .unauthorized("Invalid client")
    case .accessToken: return try pool(ofAccessToken: request.text("AccessToken"))
    case .userPool:
      let id = request.text("UserPoolId")
      guard let pool = userPools[id], pool.region == caller.region else { throw ServiceError.noSuchPool(id) }
      return pool
    case .accessTokenOrSession:
      if let token = request.string("AccessToken") { return try pool(ofAccessToken: token) }
      guard let token = request.string("Session") else {
        throw ServiceError.invalidParameter("Exactly one of AccessToken and Session is required")
      }
      guard let pool = try userPools.values.first(where: { try $0.challenges.knows(token) }) else {
        throw ServiceError.notAuthorized("Invalid session for the user.")
      }
      return pool
    }
  }

  private func pool(ofAccessToken token: String) throws -> UserPool {
    let issuer = JWT.unverifiedClaims(token)?["iss"]?.asString
    guard let pool = userPools.values.first(where: { self.issuer($0.id) == issuer }) else {
      throw ServiceError.notAuthorized("Invalid Access Token")
    }
    return pool
  }
}
