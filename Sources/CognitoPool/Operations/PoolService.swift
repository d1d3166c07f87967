import Foundation

/// Owns the pools and takes their turns one after the other; what a turn changed is on disk before it is answered.
///
/// Mutable state: `userPools`, `identityPools`. Only the actor's methods touch it, and none of them suspends between
/// reading and writing.
actor PoolService {
  private(set) var userPools: [String: UserPool]
  private(set) var identityPools: [String: IdentityPool]
  private let store: PoolStore
  private let model: ServiceModel
  private let random: any RandomSource
  private let baseURL: String
  private let makeKeys: @Sendable () throws -> PoolKeys
  nonisolated let clock: PoolClock

  init(
    store: PoolStore, seed: Seed?, model: ServiceModel, clock: PoolClock, random: any RandomSource, baseURL: String,
    makeKeys: @escaping @Sendable () throws -> PoolKeys
  ) throws {
    var userPools = try store.userPools()
    var identityPools = try store.identityPools()
    for pool in seed?.userPools ?? [] where userPools[pool.id] == nil {
      let made = try pool.pool(keys: try makeKeys(), now: clock.now(), random: random)
      try store.save(made)
      userPools[pool.id] = made
    }
    let newIdentityPools = (seed?.identityPools ?? []).filter { identityPools[$0.id] == nil }
    for pool in newIdentityPools { identityPools[pool.id] = pool }
    if !newIdentityPools.isEmpty { try store.save(identityPools) }
    self.userPools = userPools
    self.identityPools = identityPools
    self.store = store
    self.model = model
    self.clock = clock
    self.random = random
    self.baseURL = baseURL
    self.makeKeys = makeKeys
  }

  func issuer(_ poolID: String) -> String { "\(baseURL)/\(poolID)" }

  /// What became of an operation, how many refresh requests it was and whom it has sent something.
  struct Performed: Sendable {
    var result: Result<[String: JSON], ServiceError>
    var refreshes = 0
    var deliveries: [Delivery] = []
  }

  /// Carries out one operation.
  func perform(_ name: String, _ body: JSON) -> Performed {
    var performed = Performed(result: .success([:]))
    do {
      guard let described = model.operations[name] else {
        throw ServiceError.unknownOperation("\(name) is no operation of this service.")
      }
      guard let operation = Operation.all[name] else {
        throw ServiceError.unknownOperation("This pool does not carry out \(name).")
      }
      let request = try Validation.check(body, as: described, of: model)
      let pool = try pool(for: request, operation.scope)
      let answer = try take(pool) { turn in
        defer {
          performed.refreshes = turn.refreshes
          performed.deliveries = turn.deliveries
        }
        return try operation.run(&turn, request)
      }
      performed.result = .success(answer)
    } catch let error as ServiceError {
      performed.result = .failure(error)
    } catch {
      performed.result = .failure(.internalError("\(error)"))
    }
    return performed
  }

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

  private func take(
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

  private func pool(for request: Request, _ scope: Operation.Scope) throws -> UserPool {
    switch scope {
    case .client, .revokingClient:
      let id = request.text("ClientId")
      if let pool = userPools.values.first(where: { $0.clients[id] != nil }) { return pool }
      throw scope == .client ? ServiceError.noSuchClient(id) : .unauthorized("Invalid client")
    case .accessToken: return try pool(ofAccessToken: request.text("AccessToken"))
    case .accessTokenOrSession:
      if let token = request.string("AccessToken") { return try pool(ofAccessToken: token) }
      guard let token = request.string("Session") else {
        throw ServiceError.invalidParameter("Exactly one of AccessToken and Session is required")
      }
      guard let pool = try userPools.values.first(where: { try $0.challenges.knows(token) }) else {
        throw ServiceError.notAuthorized("Invalid session for the user.")
      }
      return pool
    case .userPool:
      let id = request.text("UserPoolId")
      guard let pool = userPools[id] else {
        throw ServiceError(name: "ResourceNotFoundException", message: "User pool \(id) does not exist.")
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
