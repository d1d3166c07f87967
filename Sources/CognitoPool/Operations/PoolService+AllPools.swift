/// Turns on one identity pool, and on all pools at once. Nothing is kept of what is refused.
extension PoolService {
  func take(
    _ pool: IdentityPool, _ body: (inout IdentityTurn) throws -> [String: JSON]
  ) throws -> [String: JSON] {
    var turn = IdentityTurn(
      pool: pool, authority: authority, userPools: userPools, baseURL: baseURL, now: clock.now(), random: random,
      makeKeys: makeKeys)
    let answer = try body(&turn)
    if turn.authority != authority { try store.save(turn.authority) }
    authority = turn.authority
    if turn.pool != pool { try store.save(turn.pool) }
    identityPools[pool.id] = turn.pool
    return answer
  }

  func takeAll(
    as caller: Caller, _ body: (inout DirectoryTurn) throws -> [String: JSON]
  ) throws -> [String: JSON] {
    var turn = DirectoryTurn(
      userPools: userPools, identityPools: identityPools, authority: authority, caller: caller, now: clock.now(),
      random: random, makeKeys: makeKeys)
    let answer = try body(&turn)
    for id in turn.changed {
      if let pool = turn.userPools[id] {
        try store.save(pool)
      } else if let pool = turn.identityPools[id] {
        try store.save(pool)
      } else if userPools[id] != nil {
        try store.removeUserPool(id)
      } else {
        try store.removeIdentityPool(id)
      }
      userPools[id] = turn.userPools[id]
      identityPools[id] = turn.identityPools[id]
    }
    return answer
  }

  func identityPool(
    for request: Request, _ scope: Operation.IdentityScope, _ caller: Caller
  ) throws(ServiceError) -> IdentityPool {
    let found: IdentityPool?
    let refusal: ServiceError
    switch scope {
    case .pool:
      found = identityPools[request.text("IdentityPoolId")]
      refusal = .noSuchIdentityPool(request.text("IdentityPoolId"))
    case .identity:
      found = identityPools.values.first { $0.identities[request.text("IdentityId")] != nil }
      refusal = .noSuchIdentity(request.text("IdentityId"))
    }
    // Who signs, signs for a region; who does not, asks where the id says.
    guard let found, caller.region == nil || caller.region == found.region else { throw refusal }
    return found
  }
}
