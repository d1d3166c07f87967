import Testing

@testable import CognitoPool

@Suite struct SignOutTests {
  private func getUser(_ pool: TestPool, _ token: String) async -> String {
    switch await pool.service.perform("GetUser", .object(["AccessToken": .string(token)])).result {
    case .success: "in"
    case .failure(let error): "\(error.name): \(error.message)"
    }
  }

  @Test func `revoking a refresh token ends its access tokens and no other sign-in`() async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    let kept = try await client.tokens()
    let ended = try await client.tokens()
    let token = try ended.refreshToken()
    let refreshed = try Tokens(try await pool.call("GetTokensFromRefreshToken", client.refresh(token)))
    let request: [String: JSON] = ["ClientId": .string("app"), "Token": .string(token)]
    #expect(try await pool.call("RevokeToken", request) == [:])
    #expect(try await pool.call("RevokeToken", request) == [:])
    for access in [ended.access, refreshed.access] {
      #expect(await getUser(pool, access) == "NotAuthorizedException: Access Token has been revoked")
    }
    #expect(await getUser(pool, kept.access) == "in")
    _ = try await pool.call("GetTokensFromRefreshToken", client.refresh(try kept.refreshToken()))
  }

  @Test func `only a refresh token can be revoked, by a client that exists`() async throws {
    let pool = try TestPool()
    let tokens = try await TestClient(pool: pool).tokens()
    for token in [tokens.access, tokens.id] {
      let error = try await pool.refusal("RevokeToken", ["ClientId": .string("app"), "Token": .string(token)])
      #expect(error.name == "UnsupportedTokenTypeException")
    }
    let unknown = try await pool.refusal(
      "RevokeToken", ["ClientId": .string("nobody"), "Token": .string(try tokens.refreshToken())])
    #expect(unknown.name == "UnauthorizedException")
    #expect(try await pool.call("RevokeToken", ["ClientId": .string("app"), "Token": .string("unknown")]) == [:])
  }

  @Test func `global sign-out ends every sign-in of the user and nobody else's`() async throws {
    let bob: JSON = .object(["username": .string("bob"), "password": .string(TestPool.password)])
    let ann: JSON = .object(["username": .string("ann"), "password": .string(TestPool.password)])
    let pool = try TestPool(pool: ["users": .array([ann, bob])])
    let client = TestClient(pool: pool)
    let (first, second, other) = (
      try await client.tokens(), try await client.tokens(), try await client.tokens("bob")
    )
    #expect(try await pool.call("GlobalSignOut", ["AccessToken": .string(first.access)]) == [:])
    for tokens in [first, second] {
      #expect(await getUser(pool, tokens.access) == "NotAuthorizedException: Access Token has been revoked")
      let error = try await pool.refusal(
        "GetTokensFromRefreshToken", client.refresh(try tokens.refreshToken()))
      #expect(error.message == "Refresh Token has been revoked")
    }
    let again = try await pool.refusal("GlobalSignOut", ["AccessToken": .string(first.access)])
    #expect(again.message == "Access Token has been revoked")
    #expect(await getUser(pool, other.access) == "in")
    #expect(await getUser(pool, try await client.tokens().access) == "in")
  }

  @Test func `an access token is refused when it is expired, changed, or of another kind`() async throws {
    let pool = try TestPool(client: ["access_token_seconds": .integer(60)])
    let tokens = try await TestClient(pool: pool).tokens()
    #expect(await getUser(pool, tokens.access) == "in")
    let invalid = "NotAuthorizedException: Invalid Access Token"
    #expect(await getUser(pool, tokens.id) == invalid)
    #expect(await getUser(pool, "a.b.c") == invalid)
    let parts = tokens.access.split(separator: ".").map(String.init)
    var payload = try #require(Base64URL.decode(parts[1]))
    payload[payload.count / 2] ^= 1
    #expect(await getUser(pool, "\(parts[0]).\(Base64URL.encode(payload)).\(parts[2])") == invalid)
    let none = Base64URL.encode([UInt8](#"{"alg":"none"}"#.utf8))
    #expect(await getUser(pool, "\(none).\(parts[1]).") == invalid)
    pool.wait(60)
    #expect(await getUser(pool, tokens.access) == "NotAuthorizedException: Access Token has expired")
  }
}
