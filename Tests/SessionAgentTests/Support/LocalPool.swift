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

  /// - Parameters:
  ///   - life: of the access and the ID token, in seconds.
  ///   - rotates: whether each refresh gives a new refresh token and ends the old one at once.
  ///   - mfa: `OFF`, `OPTIONAL` or `ON`; nobody has an authenticator yet.
  ///   - secret: the client's.
  init(life: Int = 600, rotates: Bool = false, mfa: String = "OFF", secret: String? = nil) async throws {
    var client: [String: JSON] = [
      "id": .string("app"),
      "flows": .strings(["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
      "access_token_seconds": .integer(life), "id_token_seconds": .integer(life),
    ]
    if rotates { client["rotation"] = .object(["enabled": .bool(true), "grace_seconds": .integer(0)]) }
    client["secret"] = secret.map(JSON.string)
    let users = ["ann", "bob"].map { JSON.object(["username": .string($0), "password": .string(Self.password)]) }
    let members: [String: JSON] = [
      "id": .string(Self.id), "mfa": .string(mfa), "clients": .array([.object(client)]),
      "users": .array(users),
    ]
    let file = "\(NSTemporaryDirectory())/seed-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Data(try JSON.object(["user_pools": .array([.object(members)])]).encoded()).write(
      to: URL(fileURLWithPath: file))
    var configuration = PoolConfiguration()
    configuration.seedFile = file
    let start = PoolStart(
      configuration: configuration, clock: PoolClock(), random: SystemRandomSource(),
      makeKeys: { try Self.keys.get() }, log: { _ in })
    server = try await start.run()
    url = server.url
  }

  func stop() async { await server.stop() }

  /// The code that an authenticator with that secret shows at a time.
  static func code(secret: String = totpSecret, at seconds: Int64) throws -> String {
    try TOTP.code(secret: try #require(Base32.decode(secret)), step: TOTP.step(at: Seconds(seconds)))
  }
}
