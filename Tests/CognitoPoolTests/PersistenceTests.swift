import Foundation
import Testing

@testable import CognitoPool

@Suite struct PersistenceTests {
  private func folder() throws -> String {
    var template = Array("\(NSTemporaryDirectory())/pool-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test func `users, tokens, locks and keys are there again after a restart, whatever the seed says`() async throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let tokens: Tokens
    let published: JSON
    do {
      let pool = try TestPool(user: ["status": .string("FORCE_CHANGE_PASSWORD")], folder: path)
      let client = TestClient(pool: pool)
      let session = try Vector(members: try await client.signIn()).text("Session")
      let request = client.respond(
        "NEW_PASSWORD_REQUIRED", session, ["USERNAME": "ann", "NEW_PASSWORD": "N3w-Passw0rd"])
      tokens = try Tokens(try await pool.call("RespondToAuthChallenge", request))
      for _ in 1...5 { await #expect(throws: ServiceError.self) { try await client.signIn() } }
      published = KeySet.jwks(try #require(await pool.service.userPools[TestPool.poolID]).keys)
    }
    let pool = try TestPool(user: ["status": .string("FORCE_CHANGE_PASSWORD")], folder: path)
    let client = TestClient(pool: pool)
    #expect(KeySet.jwks(try #require(await pool.service.userPools[TestPool.poolID]).keys) == published)
    try await pool.call("GetUser", ["AccessToken": .string(tokens.access)])
    try await pool.call("GetTokensFromRefreshToken", client.refresh(try tokens.refreshToken()))
    let locked = await #expect(throws: ServiceError.self) { try await client.signIn(password: "N3w-Passw0rd") }
    #expect(locked?.message == "Password attempts exceeded")
    pool.wait(2)
    _ = try Tokens(try await client.signIn(password: "N3w-Passw0rd"))
  }

  @Test func `a rotated token stays spent after a restart`() async throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rotating: [String: JSON] = ["rotation": .object(["enabled": .bool(true), "grace_seconds": .integer(0)])]
    let first: String
    do {
      let pool = try TestPool(client: rotating, folder: path)
      first = try await TestClient(pool: pool).tokens().refreshToken()
      try await pool.call("GetTokensFromRefreshToken", TestClient(pool: pool).refresh(first))
    }
    let pool = try TestPool(client: rotating, folder: path)
    let error = try await pool.refusal("GetTokensFromRefreshToken", TestClient(pool: pool).refresh(first))
    #expect(error.name == "RefreshTokenReuseException")
  }

  @Test func `files are the owner's alone and hold no password and no refresh token`() async throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let pool = try TestPool(folder: path)
    let tokens = try await TestClient(pool: pool).tokens()
    let secrets = [TestPool.password, try tokens.refreshToken(), tokens.access, tokens.id]
    let names = try #require(FileManager.default.enumerator(atPath: path)).compactMap { $0 as? String }
    #expect(names.contains("user_pools/\(TestPool.poolID).json"))
    for name in names {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
      let mode = try #require((attributes[.posixPermissions] as? NSNumber)?.intValue)
      let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
      #expect(mode == (isFolder ? 0o700 : 0o600), "\(name)")
      guard !isFolder, let data = FileManager.default.contents(atPath: "\(path)/\(name)") else { continue }
      for secret in secrets { #expect(data.range(of: Data(secret.utf8)) == nil, "\(name)") }
    }
  }

  @Test func `identity pools are there again, and a later seed only adds`() async throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let id = "us-east-1:00000000-0000-0000-0000-00000000000"
    func pools(_ seed: String?) async throws -> [String: IdentityPool] {
      let folder = try DataFolder(path: path)
      defer { folder.release() }
      let service = try PoolService(
        store: PoolStore(folder: folder), seed: try seed.map { try Seed(parsing: [UInt8]($0.utf8)) },
        models: try ServiceModels.bundled.get(), clock: PoolClock(), random: SystemRandomSource(),
        baseURL: "http://127.0.0.1:1", makeKeys: { try TestPool.keys.get() })
      return await service.identityPools
    }
    let first = try await pools(#"{"identity_pools":[{"id":"\#(id)1","allow_guests":true}]}"#)
    #expect(first["\(id)1"]?.allowGuests == true)
    #expect(try await pools(nil) == first)
    let both = try await pools(#"{"identity_pools":[{"id":"\#(id)1"},{"id":"\#(id)2"}]}"#)
    #expect(both["\(id)1"]?.allowGuests == true)
    #expect(both.count == 2)
  }

  @Test func `a second pool on the same folder is refused`() throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let pool = try TestPool(folder: path)
    let error = #expect(throws: StorageError.self) { try DataFolder(path: path) }
    #expect(error?.problem == "another local pool uses this folder")
    #expect(pool.now == TestPool.start)
  }

  @Test func `a damaged file is named and left as it is`() async throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    do { _ = try TestPool(folder: path) }
    let file = "\(path)/user_pools/\(TestPool.poolID).json"
    let whole = try #require(FileManager.default.contents(atPath: file))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: file))
    let error = #expect(throws: StorageError.self) { try TestPool(folder: path) }
    #expect(error?.path == file)
    #expect(FileManager.default.contents(atPath: file)?.count == whole.count / 2)
  }

  @Test func `what can't be written is not answered as done`() async throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let pool = try TestPool(folder: path)
    let client = TestClient(pool: pool)
    let (responses, session) = try await client.prepareSRP()
    let request = client.respond("PASSWORD_VERIFIER", session, responses)
    // A folder in the new file's place can't be opened for writing, not even by root.
    let obstacle = "\(path)/user_pools/\(TestPool.poolID).json.new"
    try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
    let error = try await pool.refusal("RespondToAuthChallenge", request)
    #expect(said(error) == "500 InternalErrorException: Something went wrong")
    try FileManager.default.removeItem(atPath: obstacle)
    _ = try Tokens(try await pool.call("RespondToAuthChallenge", request))
  }
}
