/// One operation's turn on all pools at once: those that make, list, find or delete pools.
///
/// A value without I/O, as `PoolTurn`; of an operation that is refused nothing is kept.
struct DirectoryTurn {
  private(set) var userPools: [String: UserPool]
  private(set) var identityPools: [String: IdentityPool]
  let authority: Authority
  let caller: Caller
  let now: Seconds
  let random: any RandomSource
  let makeKeys: @Sendable () throws -> PoolKeys
  /// What is to be written, or removed where there is no pool of the id any more.
  private(set) var changed: Set<String> = []

  init(
    userPools: [String: UserPool], identityPools: [String: IdentityPool], authority: Authority, caller: Caller,
    now: Seconds, random: any RandomSource, makeKeys: @escaping @Sendable () throws -> PoolKeys
  ) {
    self.userPools = userPools
    self.identityPools = identityPools
    self.authority = authority
    self.caller = caller
    self.now = now
    self.random = random
    self.makeKeys = makeKeys
  }

  /// What the request is signed for.
  var region: String { caller.region ?? "" }

  mutating func put(_ pool: UserPool) {
    userPools[pool.id] = pool
    changed.insert(pool.id)
  }

  mutating func put(_ pool: IdentityPool) {
    identityPools[pool.id] = pool
    changed.insert(pool.id)
  }

  mutating func remove(_ id: String) {
    userPools[id] = nil
    identityPools[id] = nil
    changed.insert(id)
  }

  /// The pool of a request for this region.
  func userPool(_ id: String) throws(ServiceError) -> UserPool {
    guard let pool = userPools[id], pool.region == region else { throw .noSuchPool(id) }
    return pool
  }

  func identityPool(_ id: String) throws(ServiceError) -> IdentityPool {
    guard let pool = identityPools[id], pool.region == region else { throw .noSuchIdentityPool(id) }
    return pool
  }

  /// Lower-case letters and digits, as AWS makes ids and secrets of.
  func letters(_ count: Int, of alphabet: String = "0123456789abcdefghijklmnopqrstuvwxyz") -> String {
    random.letters(count, of: alphabet)
  }
}

extension RandomSource {
  /// Characters of an alphabet, each as likely as the other.
  func letters(_ count: Int, of alphabet: String) -> String {
    let symbols = Array(alphabet)
    let fair = 256 - 256 % symbols.count
    var text = ""
    while text.count < count {
      for byte in bytes(count) where Int(byte) < fair && text.count < count {
        text.append(symbols[Int(byte) % symbols.count])
      }
    }
    return text
  }
}

extension UserPool {
  /// The part of the id before `_`.
  var region: String { String(id.prefix { $0 != "_" }) }

  /// Every local pool has the account of nobody.
  var arn: String { "arn:aws:cognito-idp:\(region):\(Account.id):userpool/\(id)" }
}

/// The AWS account that everything here belongs to.
enum Account {
  static let id = "000000000000"
}

extension ServiceError {
  static func noSuchPool(_ id: String) -> ServiceError { .notFound("User pool \(id) does not exist.") }
  static func noSuchIdentityPool(_ id: String) -> ServiceError { .notFound("IdentityPool '\(id)' not found.") }
  static func notFound(_ message: String) -> ServiceError {
    ServiceError(name: "ResourceNotFoundException", message: message)
  }
}
