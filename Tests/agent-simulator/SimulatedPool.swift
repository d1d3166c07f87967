import Simulation
import Synchronization

@testable import CognitoPool

/// A user pool by the local pool's own rules, in memory: rotation, grace, reuse detection, revocation, its tokens
/// signed. Each client is one session's, with a rotation of its own.
struct SimulatedPool {
  static let id = "us-east-1_Sim"
  static let url = "https://pool.test"
  static let password = "Passw0rd!"

  struct Client {
    var rotates: Bool
    var graceSeconds: Int
    var accessSeconds: Int
    var refreshSeconds: Int
  }

  /// Made once for a process, from one key under four names: that takes time.
  struct Keys {
    fileprivate let pairs: [PoolKeys]
    init() throws {
      let random = SystemRandomSource()
      let key = try SigningKey.generate(random: random)
      func again() -> SigningKey {
        SigningKey(kid: Base64.encode(random.bytes(32)), privateKey: key.privateKey, n: key.n, e: key.e)
      }
      pairs = [PoolKeys(id: key, access: again()), PoolKeys(id: again(), access: again())]
    }
  }

  /// What a request came to.
  struct Answer {
    var status: Int
    var headers: [(String, String)]
    var body: [UInt8]
    /// The refusal's name and message.
    var refusal: String?
    /// The refresh token that came new.
    var refreshToken: String?
  }

  private var pool: UserPool
  private let keys: Keys
  private let models: ServiceModels
  private let random: SeededSource
  private var rotations = 0
  private let memory = Memory()

  /// What is asked after each step, and costs.
  private final class Memory {
    var grants: [String: String] = [:]
    var expiries: [String: Int] = [:]
  }

  init(_ clients: [Client], _ keys: Keys, seed: UInt64, at seconds: Double) throws {
    random = SeededSource(seed)
    let list = clients.enumerated().map { number, client in
      JSON.object([
        "id": .string(Self.client(number)),
        "flows": .strings(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
        "access_token_seconds": .integer(client.accessSeconds), "id_token_seconds": .integer(client.accessSeconds),
        "refresh_token_seconds": .integer(client.refreshSeconds),
        "rotation": .object([
          "enabled": .bool(client.rotates), "grace_seconds": .integer(client.graceSeconds),
        ]),
      ])
    }
    let users = clients.indices.map {
      JSON.object(["username": .string(Self.user($0)), "password": .string(Self.password)])
    }
    let pool = JSON.object(["id": .string(Self.id), "clients": .array(list), "users": .array(users)])
    let seed = try Seed(parsing: try JSON.object(["user_pools": .array([pool])]).encoded())
    self.pool = try seed.userPools[0].pool(keys: keys.pairs[0], now: seconds, random: random)
    self.keys = keys
    models = try ServiceModels.bundled.get()
  }

  static func client(_ number: Int) -> String { "client\(number)" }
  static func user(_ number: Int) -> String { "user\(number)" }

  /// Carries out a request.
  ///
  /// - Parameter operation: nil for a GET of the public keys.
  mutating func answer(_ operation: String?, _ body: [UInt8], at seconds: Double) -> Answer {
    guard let operation else { return answer(.json(200, KeySet.jwks(pool.keys)), at: seconds) }
    do {
      let members = try carryOut(operation, body, at: seconds)
      var answer = answer(.json(200, .object(members), contentType: HTTPAnswer.awsJSON), at: seconds)
      answer.refreshToken = members["AuthenticationResult"]?["RefreshToken"]?.asString
      return answer
    } catch {
      let error = error as? ServiceError ?? .internalError("\(error)")
      var answer = answer(.refusal(error), at: seconds)
      answer.refusal = "\(error.name): \(error.message)"
      return answer
    }
  }

  private mutating func carryOut(_ name: String, _ body: [UInt8], at seconds: Double) throws -> [String: JSON] {
    guard let model = models.service(of: name), let described = model.operations[name],
      case .inUserPool(_, let run) = Operation.all[name]?.work
    else { throw ServiceError.unknownOperation(name) }
    let request = try Validation.check(try JSON(parsing: body), as: described, of: model)
    var turn = PoolTurn(pool: pool, now: seconds, random: random, issuer: "\(Self.url)/\(Self.id)")
    turn.pool.challenges.forgetOld(at: seconds)
    defer { pool = turn.pool }
    return try run(&turn, request)
  }

  private func answer(_ answer: HTTPAnswer, at seconds: Double) -> Answer {
    var answer = answer
    answer.add("Date", HTTPDate.text(seconds))
    answer.add("x-amzn-RequestId", random.uuid())
    return Answer(status: answer.status, headers: answer.headers.map { ($0.name, $0.value) }, body: answer.body)
  }

  /// The member of a request that is a refresh token.
  static func refreshToken(in body: [UInt8]) -> String? { (try? JSON(parsing: body))?["RefreshToken"]?.asString }

  // MARK: - Looking, and what an administrator does

  /// The sign-in that a refresh token is of.
  func grant(of refreshToken: String) -> String? {
    if let grant = memory.grants[refreshToken] { return grant }
    let grant = (try? RefreshToken.hash(refreshToken)).flatMap { pool.refreshTokens[$0]?.grant }
    memory.grants[refreshToken] = grant
    return grant
  }

  /// Whether the sign-in's refresh tokens are of no use any more.
  func isOver(_ grant: String, at seconds: Double) -> Bool {
    guard let grant = pool.grants[grant] else { return true }
    return grant.revokedAt != nil || grant.refreshRevoked || grant.expiresAt <= seconds
  }

  /// When a token ends, in seconds, as it says itself.
  func expiry(of token: String) -> Int? {
    if let expiry = memory.expiries[token] { return expiry }
    let expiry = JWT.unverifiedClaims(token)?["exp"]?.asInteger
    memory.expiries[token] = expiry
    return expiry
  }

  mutating func revoke(_ grant: String) { pool.grants[grant]?.refreshRevoked = true }

  mutating func rotateKeys() {
    rotations += 1
    pool.keys.rotate(to: keys.pairs[rotations % keys.pairs.count])
  }
}

/// The pool's randomness: the seed's.
private final class SeededSource: RandomSource {
  private let generator: Mutex<Generator>

  init(_ seed: UInt64) { generator = Mutex(Generator(seed: seed)) }

  func bytes(_ count: Int) -> [UInt8] {
    generator.withLock { generator in (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) } }
  }
}
