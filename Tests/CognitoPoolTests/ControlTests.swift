import Testing

@testable import CognitoPool

@Suite struct ControlTests {
  @Test func `rule 9: control answers to its own address, to json and to no browser`() async throws {
    try await LivePool.with { pool async throws in
      let body = #"{"stats":{}}"#
      let json = ["Content-Type": "application/json"]
      func status(_ host: String, _ headers: [String: String], _ method: String = "POST") async throws -> Int? {
        let connection = try pool.connect()
        try connection.send(method, "/_control", host: host, headers: headers, body: body)
        return try await connection.answer()?.status
      }
      let address = "127.0.0.1:\(pool.port)"
      #expect(try await status(address, json) == 200)
      #expect(try await status("localhost:\(pool.port)", json) == 200)
      for host in ["127.0.0.1", "localhost", "localhost:1", "127.0.0.2:\(pool.port)", "[::1]:\(pool.port)", "x"] {
        #expect(try await status(host, json) == 403, "\(host)")
      }
      for header in ["Origin", "Referer", "Sec-Fetch-Mode", "Sec-Fetch-Site"] {
        #expect(try await status(address, json.merging([header: "http://\(address)"]) { $1 }) == 403)
      }
      #expect(try await status(address, [:]) == 415)
      #expect(try await status(address, ["Content-Type": "text/plain"]) == 415)
      #expect(try await status(address, json, "PUT") == 405)
    }
  }

  @Test(
    arguments: [
      ([:], "takes exactly one action"),
      (["stats": .object([:]), "clear": .object([:])], "takes exactly one action"),
      (["explode": .object([:])], "explode: is not a known action"),
      (["stats": .object(["rest": .bool(true)])], "stats.rest: is not a known member"),
      (["fault": .object([:])], "fault.effect: is missing"),
      (["fault": .object(["effect": .object([:])])], "fault.effect: has no effect"),
      (
        ["fault": .object(["effect": .object(["hang": .bool(true), "drop": .string("before")])])],
        "fault.effect: is more than one effect"
      ),
      (
        ["fault": .object(["effect": .object(["hang": .bool(true), "boom": .bool(true)])])],
        "fault.effect.boom: is not a known member"
      ),
      (
        ["fault": .object(["effect": .object(["status": .integer(200), "headers": .strings(["A": "b\r\nC: d"])])])],
        "fault.effect.headers.A: can not be an HTTP header"
      ),
      (
        ["fault": .object(["match": .strings(["operatoin": "x"]), "effect": .object(["hang": .bool(true)])])],
        "fault.match.operatoin: is not a known member"
      ),
      (["clear": .object(["id": .string("none")])], "clear.id: names no fault"),
      (["client": .object(["client_id": .string("none")])], "client.client_id: names no client"),
      (
        ["client": .object(["client_id": .string("app"), "colour": .integer(1)])],
        "client.colour: is not a known member"
      ),
      (
        ["clock": .object(["offset_seconds": .integer(1_000_000_000)])],
        "clock.offset_seconds: must be at most ten years"
      ),
      (["rotate_keys": .object(["user_pool_id": .string("x")])], "rotate_keys.user_pool_id: names no user pool"),
      (["revoke": .object([:])], "revoke: takes username or refresh_token"),
      (["expire": .object(["username": .string("nobody")])], "expire: names no sign-in of any pool"),
    ] as [([String: JSON], String)])
  func `an action that makes no sense is refused with the member's name`(
    body: [String: JSON], sentence: String
  ) async throws {
    try await LivePool.with { pool async throws in
      let answer = try #require(try await pool.controlAnswer(body))
      #expect(answer.status == 400)
      #expect(try answer.json()["error"] == .string(sentence))
    }
  }

  @Test func `both ways of naming an action do the same`() async throws {
    try await LivePool.with { pool async throws in
      let flat = try #require(
        try await pool.controlAnswer(["action": .string("clock"), "offset_seconds": .integer(5)]))
      #expect(flat.status == 200)
      let unknown = try #require(try await pool.controlAnswer(["action": .string("clock"), "seconds": .integer(5)]))
      #expect(try unknown.json()["error"] == .string("seconds: is not a known member"))
    }
  }

  @Test func `statistics count requests, refreshes and refusals, and start over`() async throws {
    try await LivePool.with { pool async throws in
      let token = try await pool.tokens().refreshToken()
      _ = try await pool.refresh(token)
      _ = try await pool.refresh("nonsense")
      _ = try await pool.send("GET", "/\(TestPool.poolID)/.well-known/jwks.json")
      let stats = try await pool.control("stats", ["reset": .bool(true)])
      #expect(
        stats["requests"]
          == .object([
            "InitiateAuth": .integer(1), "GetTokensFromRefreshToken": .integer(2),
            "/\(TestPool.poolID)/.well-known/jwks.json": .integer(1),
          ]))
      #expect(stats["refreshes"] == .integer(2))
      #expect(stats["refused"] == .object(["NotAuthorizedException": .integer(1)]))
      #expect(stats["in_flight"] == .integer(0))
      #expect(stats["max_in_flight"] == .integer(1))
      let empty = try await pool.control("stats")
      #expect(empty["requests"] == .object([:]))
      #expect(empty["refreshes"] == .integer(0))
    }
  }

  @Test func `a client can be changed while it is in use`() async throws {
    try await LivePool.with { pool async throws in
      try await pool.control("client", ["client_id": .string("app"), "access_token_seconds": .integer(7)])
      let claims = try await pool.tokens().accessClaims()
      let life = (claims["exp"]?.asInteger ?? 0) - (claims["iat"]?.asInteger ?? 0)
      #expect(life == 7)
      try await pool.control("client", ["client_id": .string("app"), "secret": .string(TestPool.clientSecret)])
      #expect(try await pool.signIn()?.text.contains("SECRET_HASH was not received") == true)
      try await pool.control("client", ["client_id": .string("app"), "secret": .null])
      #expect(try await pool.signIn()?.status == 200)
    }
  }

  @Test func `tokens are revoked and expired by user or by refresh token`() async throws {
    try await LivePool.with { pool async throws in
      func message(_ answer: RawAnswer?) throws -> JSON? { try answer?.json()["message"] }
      func user(_ tokens: Tokens) async throws -> JSON? {
        try message(try await pool.operation("GetUser", ["AccessToken": .string(tokens.access)]))
      }
      let first = try await pool.tokens()
      let second = try await pool.tokens()
      let token = try first.refreshToken()
      try await pool.control("expire", ["refresh_token": .string(token), "token": .string("access")])
      #expect(try await user(first) == .string("Access Token has expired"))
      #expect(try await user(second) == nil)
      let renewed = try Tokens(try #require(try await pool.refresh(token)).json())
      #expect(try await user(renewed) == nil)
      try await pool.control("expire", ["refresh_token": .string(token), "token": .string("refresh")])
      #expect(try message(try await pool.refresh(token)) == .string("Refresh Token has expired"))
      #expect(try await user(renewed) == nil)
      try await pool.control("revoke", ["username": .string("ann"), "token": .string("access")])
      #expect(try await user(second) == .string("Access Token has been revoked"))
      #expect(try await pool.refresh(try second.refreshToken())?.status == 200)
      try await pool.control("revoke", ["username": .string("ann")])
      #expect(
        try message(try await pool.refresh(try second.refreshToken())) == .string("Refresh Token has been revoked"))
    }
  }

  @Test func `the clock moves tokens and the Date header`() async throws {
    try await LivePool.with { pool async throws in
      let before = try await pool.tokens()
      let offset = 7200
      try await pool.control("clock", ["offset_seconds": .integer(offset)])
      let answer = try #require(try await pool.operation("GetUser", ["AccessToken": .string(before.access)]))
      #expect(try answer.json()["message"] == .string("Access Token has expired"))
      let after = try await pool.tokens()
      let (old, new) = (try before.accessClaims()["iat"]?.asInteger, try after.accessClaims()["iat"]?.asInteger)
      #expect(abs((new ?? 0) - (old ?? 0) - offset) < 60)
      let date = try #require(answer.header("date"))
      let near = (0..<60).map { HTTPDate.text(Seconds((new ?? 0) - 30 + $0)) }
      #expect(near.contains(date))
    }
  }

  @Test func `rotated keys sign the next tokens and are published`() async throws {
    try await LivePool.with(makeKeys: { try PoolKeys(random: SystemRandomSource()) }) { pool async throws in
      let before = try await pool.tokens()
      try await pool.control("rotate_keys", ["user_pool_id": .string(TestPool.poolID)])
      let after = try await pool.tokens()
      #expect(try Tokens.kid(before.id) != Tokens.kid(after.id))
      let answer = try #require(try await pool.send("GET", "/\(TestPool.poolID)/.well-known/jwks.json"))
      let keys = try PublicKey.all(try JSON(parsing: answer.body))
      for token in [before.id, after.id] {
        let kid = try Tokens.kid(token)
        let key = try #require(keys.first { $0.kid == kid })
        #expect(try key.verifies(token))
      }
    }
  }
}
