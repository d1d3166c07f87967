import Foundation
import Testing

@testable import CognitoPool

/// The local pool in this process, on a port of its own, with one client `app` and the users that a test wants.
final class LocalPool: Sendable {
  static let id = "us-east-1_Agent"
  static let password = "Passw0rd!"
  static let totpSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

  /// Made once: that takes time.
  private static let keys = Result { try PoolKeys(random: SystemRandomSource()) }

  let url: String
  private let server: PoolServer
  private let log: PoolLog

  /// - Parameters:
  ///   - clock: the pool's; the system's where there is none.
  ///   - life: of the access and the ID token, in seconds.
  ///   - rotates: whether each refresh gives a new refresh token and ends the old one at once.
  ///   - mfa: `OFF`, `OPTIONAL` or `ON`; nobody has an authenticator yet.
  ///   - secret: the client's.
  convenience init(
    on clock: HandClock? = nil, life: Int = 600, rotates: Bool = false, mfa: String = "OFF", secret: String? = nil
  ) async throws {
    var client: [String: JSON] = [
      "id": .string("app"),
      "flows": .strings(["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
      "access_token_seconds": .integer(life), "id_token_seconds": .integer(life),
    ]
    if rotates { client["rotation"] = .object(["enabled": .bool(true), "grace_seconds": .integer(0)]) }
    client["secret"] = secret.map(JSON.string)
    let users = ["ann", "bob"].map { JSON.object(["username": .string($0), "password": .string(Self.password)]) }
    try await self.init(
      on: clock,
      pools: [
        [
          "id": .string(Self.id), "mfa": .string(mfa), "clients": .array([.object(client)]),
          "users": .array(users),
        ]
      ])
  }

  /// Pools by the seed's own words.
  init(on clock: HandClock? = nil, pools: [[String: JSON]]) async throws {
    let file = "\(NSTemporaryDirectory())/seed-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let seed = JSON.object(["user_pools": .array(pools.map(JSON.object))])
    try Data(try seed.encoded()).write(to: URL(fileURLWithPath: file))
    var configuration = PoolConfiguration()
    configuration.seedFile = file
    let log = PoolLog()
    let start = PoolStart(
      configuration: configuration, clock: clock.map { hand in PoolClock { hand.steadySeconds } } ?? PoolClock(),
      random: SystemRandomSource(), makeKeys: { try Self.keys.get() }, log: { log.append($0) })
    server = try await start.run()
    url = server.url
    self.log = log
  }

  /// The code that was last sent to a user, by mail or SMS; nil where there was none.
  func sentCode(of username: String) -> String? { log.sentCode(of: username) }

  func stop() async { await server.stop() }

  /// The code that an authenticator with that secret shows at a time.
  static func code(secret: String = totpSecret, at seconds: Int64) throws -> String {
    try TOTP.code(secret: try #require(Base32.decode(secret)), step: TOTP.step(at: Seconds(seconds)))
  }
}

/// What the pool logs, which has the codes that it sends.
private final class PoolLog: Sendable {
  private let lines = Locked<[String]>([])

  func append(_ line: String) { lines.with { $0.append(line) } }

  /// From `EMAIL to ADDRESS: CODE (PURPOSE of USERNAME)`.
  func sentCode(of username: String) -> String? {
    let line = lines.value.last { $0.hasSuffix(" of \(username))") }
    return line?.split(separator: " ").dropFirst(3).first.map(String.init)
  }
}
