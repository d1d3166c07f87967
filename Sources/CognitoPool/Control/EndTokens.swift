/// `revoke` and `expire`: end tokens before their time, as an administrator or the clock would.
extension ControlActions {
  enum Ending: Sendable { case revoke, expire }
  private enum Kind: String, CaseIterable { case refresh, access }

  /// Of one sign-in (`refresh_token`) or all of a user (`username`); `token` says which kind, both when left out.
  func end(_ object: inout StrictObject, _ ending: Ending) async throws -> [String: JSON] {
    let username = try object.string("username")
    let refreshToken = try object.string("refresh_token")
    let kind = try object.choice("token", Kind.self)
    let poolID = try object.string("user_pool_id")
    try object.finish()
    guard (username == nil) != (refreshToken == nil) else {
      throw MemberError(path: object.path, problem: "takes username or refresh_token")
    }
    let pools = await service.userPools.values.filter { poolID == nil || $0.id == poolID }
    var ended = 0
    for pool in pools {
      let ids = try Self.grants(of: pool, username, refreshToken)
      let now = service.clock.now()
      let isRefresh = kind != .access
      let isAccess = kind != .refresh
      try await service.change(pool.id) { pool in
        for id in ids { pool.grants[id]?.end(ending, refresh: isRefresh, access: isAccess, at: now) }
      }
      ended += ids.count
    }
    if ended == 0 {
      throw MemberError(path: object.path, problem: "names no sign-in of any pool")
    }
    return ["sessions": .integer(ended)]
  }

  private static func grants(
    of pool: UserPool, _ username: String?, _ refreshToken: String?
  ) throws -> [String] {
    if let refreshToken {
      return [pool.refreshTokens[try RefreshToken.hash(refreshToken)]?.grant].compactMap(\.self)
    }
    guard let username, let user = pool.user(signingInAs: username) else { return [] }
    return pool.grants.values.filter { $0.username == user.username }.map(\.id)
  }
}

extension Grant {
  fileprivate mutating func end(_ ending: ControlActions.Ending, refresh: Bool, access: Bool, at now: Seconds) {
    switch ending {
    case .revoke:
      if refresh { refreshRevoked = true }
      if access { endAccessTokens(.revoked) }
    case .expire:
      if refresh { expiresAt = min(expiresAt, now) }
      if access { endAccessTokens(.expired) }
    }
  }
}
