import Foundation

/// Owns the pools and takes their turns one after the other; what a turn changed is on disk before it is answered.
///
/// Mutable state: `userPools`, `identityPools`, `authority`. Only the actor's methods touch it, and
/// none of them suspends between reading and writing.
actor PoolService {
  var userPools: [String: UserPool]
  var identityPools: [String: IdentityPool]
  var authority: Authority
  let store: PoolStore
  private let models: ServiceModels
  let random: any RandomSource
  let baseURL: String
  let makeKeys: @Sendable () throws -> PoolKeys
  nonisolated let clock: PoolClock
  /// Opens what this pool has handed out.
  nonisolated let credentials: TemporaryCredentials

  init(
    store: PoolStore, seed: Seed?, models: ServiceModels, clock: PoolClock, random: any RandomSource, baseURL: String,
    makeKeys: @escaping @Sendable () throws -> PoolKeys
  ) throws {
    var userPools = try store.userPools()
    var identityPools = try store.identityPools()
    for pool in seed?.userPools ?? [] where userPools[pool.id] == nil {
      let made = try pool.pool(keys: try makeKeys(), now: clock.now(), random: random)
      try store.save(made)
      userPools[pool.id] = made
    }
    for pool in seed?.identityPools ?? [] where identityPools[pool.id] == nil {
      try store.save(pool)
      identityPools[pool.id] = pool
    }
    let known = try store.authority()
    authority = known ?? Authority(random: random)
    if known == nil { try store.save(authority) }
    credentials = TemporaryCredentials(authority)
    self.userPools = userPools
    self.identityPools = identityPools
    self.store = store
    self.models = models
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

  /// Carries out one operation for a caller whose signature has been checked.
  func perform(_ name: String, _ body: JSON, as caller: Caller = .anybody) -> Performed {
    var performed = Performed(result: .success([:]))
    do {
      performed.result = .success(try carryOut(name, body, caller, &performed))
    } catch let error as ServiceError {
      performed.result = .failure(error)
    } catch {
      performed.result = .failure(.internalError("\(error)"))
    }
    return performed
  }

  private func carryOut(
    _ name: String, _ body: JSON, _ caller: Caller, _ performed: inout Performed
  ) throws -> [String: JSON] {
    guard let model = models.service(of: name), let described = model.operations[name],
      let operation = Operation.all[name]
    else { throw ServiceError.notCarriedOut(name) }
    if described.authorization == "sigv4" { try caller.check(mayCarryOut: name, of: model.service) }
    let request = try Validation.check(body, as: described, of: model)
    switch operation.work {
    case .inUserPool(let scope, let run):
      return try take(try pool(for: request, scope, caller)) { turn in
        defer {
          performed.refreshes = turn.refreshes
          performed.deliveries = turn.deliveries
        }
        return try run(&turn, request)
      }
    case .inIdentityPool(let scope, let run):
      return try take(try identityPool(for: request, scope, caller)) { turn in try run(&turn, request) }
    case .onAllPools(let run):
      return try takeAll(as: caller) { turn in try run(&turn, request) }
    }
  }
}
