import Foundation
import Synchronization
import Testing

@testable import CognitoPool

/// A pool without a server: its service in a folder of its own, on a clock that tests move.
final class TestPool: Sendable {
  let service: PoolService
  let folder: DataFolder
  private let time: Time

  static let poolID = "us-east-1_Test"
  static let issuer = "http://127.0.0.1:1/us-east-1_Test"
  static let totpSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
  static let clientSecret = "abcdefghijklmnopqrstuvwxyz0123"
  static let password = "Passw0rd!"
  static let developer = Caller.developer(region: "us-east-1")
  /// Beginning of an authenticator step.
  static let start: Seconds = 1_800_000_000

  /// Made once: that takes time.
  static let keys = Result { try PoolKeys(random: SystemRandomSource()) }

  private final class Time: Sendable {
    let now = Mutex<Seconds>(TestPool.start)
  }

  /// `pool`, `client` and `user` are merged over a pool with one client `app` and one user `ann`.
  init(
    pool: [String: JSON] = [:], client: [String: JSON] = [:], user: [String: JSON] = [:], folder path: String? = nil
  ) throws {
    let seed = JSON.object(["user_pools": .array([Self.seed(pool: pool, client: client, user: user)])])
    let folder = try DataFolder(path: path)
    let time = Time()
    do {
      service = try PoolService(
        store: PoolStore(folder: folder), seed: try Seed(parsing: try seed.encoded()),
        models: try ServiceModels.bundled.get(), clock: PoolClock { time.now.withLock { $0 } },
        random: SystemRandomSource(), baseURL: "http://127.0.0.1:1", makeKeys: { try Self.keys.get() })
    } catch {
      folder.release()
      throw error
    }
    self.folder = folder
    self.time = time
  }

  deinit { folder.release() }

  static func seed(pool: [String: JSON], client: [String: JSON], user: [String: JSON]) -> JSON {
    let client = ["id": .string("app"), "flows": .strings(AppClient.Flow.allCases.map(\.rawValue))].merging(
      client
    ) { $1 }
    let user = ["username": .string("ann"), "password": .string(password)].merging(user) { $1 }
    let base: [String: JSON] = [
      "id": .string(poolID), "clients": .array([.object(client)]), "users": .array([.object(user)]),
    ]
    return .object(base.merging(pool) { $1 })
  }

  var now: Seconds { time.now.withLock { $0 } }
  func wait(_ seconds: Seconds) { time.now.withLock { $0 += seconds } }

  /// The answer's members.
  @discardableResult
  func call(_ operation: String, _ members: [String: JSON]) async throws -> [String: JSON] {
    try await service.perform(operation, .object(members), as: Self.developer).result.get()
  }

  /// The refusal; a request that is carried out is a failure of the test.
  func refusal(_ operation: String, _ members: [String: JSON]) async throws -> ServiceError {
    switch await service.perform(operation, .object(members), as: Self.developer).result {
    case .success(let answer): throw Unexpected(answer: "\(operation) answered \(answer.keys.sorted())")
    case .failure(let error): return error
    }
  }

  struct Unexpected: Error { let answer: String }

  func code(steps: Int = 0) throws -> String {
    let secret = try #require(Base32.decode(Self.totpSecret))
    return try TOTP.code(secret: secret, step: TOTP.step(at: now) + steps)
  }
}

extension TestPool {
  /// What was sent so far, as it stands in the data folder.
  func deliveries() throws -> [Vector] {
    let text = String(decoding: try folder.read("deliveries.jsonl") ?? Data(), as: UTF8.self)
    return try text.split(separator: "\n").map { line in
      Vector(members: try #require(try JSON(parsing: [UInt8](line.utf8)).asObject))
    }
  }

  /// The code that was sent last, which must have been for this.
  func sentCode(_ purpose: String) throws -> String {
    let last = try #require(try deliveries().last)
    #expect(try last.text("purpose") == purpose)
    return try last.text("code")
  }

  static func freshFolder() -> String { "\(NSTemporaryDirectory())/pool-test-\(UUID().uuidString)" }
  static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

  func user(_ name: String = "ann") async throws -> User {
    try #require(await service.userPools[Self.poolID]?.user(signingInAs: name))
  }

  /// Another code than this one.
  static func wrong(_ code: String) -> String { code.hasPrefix("1") ? "2" + code.dropFirst() : "1" + code.dropFirst() }
}

/// Name and sentence of a refusal, in one line.
func said(_ error: ServiceError) -> String { "\(error.status) \(error.name): \(error.message)" }
