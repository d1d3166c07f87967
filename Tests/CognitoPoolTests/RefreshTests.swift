import Testing

@testable import CognitoPool

@Suite struct RefreshTests {
  @Test func `without rotation both ways of refreshing give tokens and keep the refresh token`() async throws {
    let pool = try TestPool(client: ["access_token_seconds": .integer(60), "id_token_seconds": .integer(90)])
    let client = TestClient(pool: pool)
    let first = try await client.tokens()
    let token = try first.refreshToken()
    pool.wait(100)
    let requests = [
      ("GetTokensFromRefreshToken", client.refresh(token)),
      ("InitiateAuth", client.initiate("REFRESH_TOKEN_AUTH", ["REFRESH_TOKEN": token])),
      ("InitiateAuth", client.initiate("REFRESH_TOKEN", ["REFRESH_TOKEN": token])),
    ]
    for (operation, request) in requests {
      let next = try Tokens(try await pool.call(operation, request))
      #expect(next.refresh == nil)
      let (old, new) = (try first.accessClaims(), try next.accessClaims())
      for same in ["auth_time", "origin_jti", "sub", "event_id", "username"] { #expect(old[same] == new[same]) }
      #expect(new["iat"] == .integer(Int(TestPool.start) + 100))
      #expect(new["exp"] == .integer(Int(TestPool.start) + 160))
      #expect(try next.idClaims()["exp"] == .integer(Int(TestPool.start) + 190))
      #expect(old["jti"] != new["jti"])
    }
  }

  @Test func `each end of a refresh token has its own sentence`() async throws {
    let pool = try TestPool(client: ["refresh_token_seconds": .integer(1000)])
    let client = TestClient(pool: pool)
    func refusals(_ token: String) async throws -> Set<String> {
      let ways = [
        ("GetTokensFromRefreshToken", client.refresh(token)),
        ("InitiateAuth", client.initiate("REFRESH_TOKEN_AUTH", ["REFRESH_TOKEN": token])),
      ]
      var said: Set<String> = []
      for (operation, request) in ways {
        let error = try await pool.refusal(operation, request)
        said.insert("\(error.name): \(error.message)")
      }
      return said
    }
    #expect(try await refusals("no-such-token") == ["NotAuthorizedException: Invalid Refresh Token"])
    let revoked = try await client.tokens().refreshToken()
    try await pool.call("RevokeToken", ["ClientId": .string("app"), "Token": .string(revoked)])
    #expect(try await refusals(revoked) == ["NotAuthorizedException: Refresh Token has been revoked"])
    let expired = try await client.tokens().refreshToken()
    pool.wait(1000)
    #expect(try await refusals(expired) == ["NotAuthorizedException: Refresh Token has expired"])
  }

  @Test func `a refresh token is its client's alone`() async throws {
    let clients = ["app", "other"].map { id in
      JSON.object(["id": .string(id), "flows": .strings(AppClient.Flow.allCases.map(\.rawValue))])
    }
    let pool = try TestPool(pool: ["clients": .array(clients)])
    let token = try await TestClient(pool: pool).tokens().refreshToken()
    let foreign = TestClient(pool: pool, clientID: "other")
    let error = try await pool.refusal("GetTokensFromRefreshToken", foreign.refresh(token))
    #expect(said(error) == "400 NotAuthorizedException: Invalid Refresh Token")
    let revoke = try await pool.refusal("RevokeToken", ["ClientId": .string("other"), "Token": .string(token)])
    #expect(revoke.name == "UnauthorizedException")
    _ = try await pool.call("GetTokensFromRefreshToken", TestClient(pool: pool).refresh(token))
  }

  @Test func `a refresh counts, whether it is granted or refused`() async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    let token = try await client.tokens().refreshToken()
    for (operation, members) in [
      ("GetTokensFromRefreshToken", client.refresh(token)), ("GetTokensFromRefreshToken", client.refresh("x")),
      ("InitiateAuth", client.initiate("REFRESH_TOKEN_AUTH", ["REFRESH_TOKEN": token])),
    ] {
      #expect(await pool.service.perform(operation, .object(members)).refreshes == 1)
    }
    let other = client.initiate("USER_SRP_AUTH", ["USERNAME": "ann", "SRP_A": "5"])
    #expect(await pool.service.perform("InitiateAuth", .object(other)).refreshes == 0)
  }
}

@Suite struct RotationTests {
  private func pool(grace: Int) throws -> TestPool {
    try TestPool(client: [
      "rotation": .object(["enabled": .bool(true), "grace_seconds": .integer(grace)]),
      "refresh_token_seconds": .integer(1000),
    ])
  }

  private func next(_ pool: TestPool, _ token: String) async throws -> String {
    let answer = try await pool.call("GetTokensFromRefreshToken", TestClient(pool: pool).refresh(token))
    return try Tokens(answer).refreshToken()
  }

  private func refusal(_ pool: TestPool, _ token: String) async throws -> String {
    said(try await pool.refusal("GetTokensFromRefreshToken", TestClient(pool: pool).refresh(token)))
  }

  @Test func `each refresh gives a new refresh token, the old one good for the grace`() async throws {
    let pool = try pool(grace: 10)
    let first = try await TestClient(pool: pool).tokens().refreshToken()
    let second = try await next(pool, first)
    #expect(second != first)
    pool.wait(9.9)
    let again = try await next(pool, first)
    #expect(again != second)
    _ = try await next(pool, second)
    pool.wait(0.2)
    #expect(try await refusal(pool, first) == "400 RefreshTokenReuseException: Refresh token reuse detected.")
  }

  @Test func `use after the grace ends the whole family, access tokens too`() async throws {
    let pool = try pool(grace: 0)
    let other = try await TestClient(pool: pool).tokens().refreshToken()
    let start = try await TestClient(pool: pool).tokens()
    let first = try start.refreshToken()
    let second = try await next(pool, first)
    #expect(try await refusal(pool, first) == "400 RefreshTokenReuseException: Refresh token reuse detected.")
    #expect(try await refusal(pool, second) == "400 NotAuthorizedException: Refresh Token has been revoked")
    let user = try await pool.refusal("GetUser", ["AccessToken": .string(start.access)])
    #expect(said(user) == "400 NotAuthorizedException: Access Token has been revoked")
    _ = try await next(pool, other)
  }

  @Test func `rotation does not make a refresh token live longer`() async throws {
    let pool = try pool(grace: 0)
    var token = try await TestClient(pool: pool).tokens().refreshToken()
    for _ in 1...3 {
      pool.wait(300)
      token = try await next(pool, token)
    }
    pool.wait(100)
    #expect(try await refusal(pool, token) == "400 NotAuthorizedException: Refresh Token has expired")
  }

  @Test func `the old way of refreshing is closed to a client that rotates`() async throws {
    let pool = try pool(grace: 10)
    let client = TestClient(pool: pool)
    let token = try await client.tokens().refreshToken()
    let error = try await pool.refusal(
      "InitiateAuth", client.initiate("REFRESH_TOKEN_AUTH", ["REFRESH_TOKEN": token]))
    #expect(said(error) == "400 InvalidParameterException: Auth flow not enabled for this client")
  }
}
