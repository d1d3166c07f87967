import Foundation
import Testing

@testable import CognitoPool

/// A pool behind a real socket.
final class LivePool: Sendable {
  let server: PoolServer
  let port: UInt16
  let issuer: String
  private let lines = Lines()

  /// What the pool logs.
  final class Lines: Sendable {
    private let kept = Locked<[String]>([])
    func add(_ line: String) { kept.with { $0.append(line) } }
    var all: [String] { kept.with { $0 } }
  }

  init(
    client: [String: JSON] = [:], folder: String? = nil,
    makeKeys: @escaping @Sendable () throws -> PoolKeys = { try TestPool.keys.get() }
  ) async throws {
    let file = "\(NSTemporaryDirectory())/seed-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let pool = TestPool.seed(pool: ["mfa": .string("OPTIONAL")], client: client, user: [:])
    try Data(try JSON.object(["user_pools": .array([pool])]).encoded()).write(to: URL(fileURLWithPath: file))
    var configuration = PoolConfiguration()
    configuration.seedFile = file
    configuration.dataFolder = folder
    let lines = lines
    let start = PoolStart(
      configuration: configuration, clock: PoolClock(), random: SystemRandomSource(), makeKeys: makeKeys,
      log: { lines.add($0) })
    server = try await start.run()
    let ready = Vector(members: try JSON(parsing: [UInt8](server.readyLine.utf8)).asObject ?? [:])
    port = try #require(UInt16(try ready.text("url").split(separator: ":").last ?? ""))
    issuer = "\(try ready.text("url"))/\(TestPool.poolID)"
  }

  var log: [String] { lines.all }

  /// Runs `body` and stops the pool whatever comes of it.
  static func with(
    client: [String: JSON] = [:],
    makeKeys: @escaping @Sendable () throws -> PoolKeys = { try TestPool.keys.get() },
    _ body: (LivePool) async throws -> Void
  ) async throws {
    let pool = try await LivePool(client: client, makeKeys: makeKeys)
    do {
      try await body(pool)
    } catch {
      await pool.server.stop()
      throw error
    }
    await pool.server.stop()
  }

  func connect() throws -> RawConnection { try RawConnection(port: port) }

  /// One request on a connection of its own.
  func send(
    _ method: String, _ path: String, headers: [String: String] = [:], body: String = ""
  ) async throws -> RawAnswer? {
    let connection = try connect()
    try connection.send(method, path, host: "127.0.0.1:\(port)", headers: headers, body: body)
    return try await connection.answer()
  }

  func operation(_ name: String, _ members: [String: JSON]) async throws -> RawAnswer? {
    try await send(
      "POST", "/",
      headers: [
        "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSCognitoIdentityProviderService.\(name)",
      ], body: try JSON.object(members).encodedText())
  }

  /// A control action that must be taken.
  @discardableResult
  func control(_ action: String, _ members: [String: JSON] = [:]) async throws -> [String: JSON] {
    let answer = try #require(try await controlAnswer([action: .object(members)]))
    #expect(answer.status == 200, "\(answer.text)")
    return try answer.json()
  }

  func controlAnswer(_ body: [String: JSON]) async throws -> RawAnswer? {
    try await send(
      "POST", "/_control", headers: ["Content-Type": "application/json"],
      body: try JSON.object(body).encodedText())
  }

  func signIn(client: String = "app") async throws -> RawAnswer? {
    try await operation(
      "InitiateAuth",
      [
        "AuthFlow": .string("USER_PASSWORD_AUTH"), "ClientId": .string(client),
        "AuthParameters": .strings(["USERNAME": "ann", "PASSWORD": TestPool.password]),
      ])
  }

  func tokens() async throws -> Tokens { try Tokens(try #require(try await signIn()).json()) }

  func refresh(_ token: String) async throws -> RawAnswer? {
    try await operation(
      "GetTokensFromRefreshToken", ["ClientId": .string("app"), "RefreshToken": .string(token)])
  }
}
