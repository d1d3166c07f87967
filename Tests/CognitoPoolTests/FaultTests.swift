import Testing

@testable import CognitoPool

@Suite struct FaultTests {
  private let jwks = "/\(TestPool.poolID)/.well-known/jwks.json"

  private func fault(
    _ effect: [String: JSON], on operation: String = "GetTokensFromRefreshToken", times: Int? = 1
  ) -> [String: JSON] {
    var members: [String: JSON] = ["match": .strings(["operation": operation]), "effect": .object(effect)]
    members["times"] = times.map(JSON.integer)
    return members
  }

  @Test func `a fault meets its operation, its client, and as often as it says`() async throws {
    try await LivePool.with { pool async throws in
      let token = try await pool.tokens().refreshToken()
      let id = try await pool.control("fault", fault(["status": .integer(503)], times: 2))["id"]
      #expect(id?.asString != nil)
      #expect(try await pool.signIn()?.status == 200)
      #expect(try await pool.refresh(token)?.status == 503)
      #expect(try await pool.refresh(token)?.status == 503)
      #expect(try await pool.refresh(token)?.status == 200)

      var foreign = fault(["status": .integer(503)])
      foreign["match"] = .strings(["operation": "GetTokensFromRefreshToken", "client_id": "other"])
      foreign["id"] = .string("mine")
      #expect(try await pool.control("fault", foreign)["id"] == .string("mine"))
      #expect(try await pool.refresh(token)?.status == 200)
      try await pool.control("clear", ["id": .string("mine")])

      try await pool.control("fault", fault(["status": .integer(500)], times: nil))
      for _ in 1...3 { #expect(try await pool.refresh(token)?.status == 500) }
      try await pool.control("clear")
      #expect(try await pool.refresh(token)?.status == 200)
    }
  }

  @Test func `a fault on a path meets documents and never control itself`() async throws {
    try await LivePool.with { pool async throws in
      for path in [jwks, "/_control"] {
        let members: [String: JSON] = [
          "match": .strings(["path": path]), "effect": .object(["status": .integer(502)]),
        ]
        try await pool.control("fault", members)
      }
      #expect(try await pool.send("GET", jwks)?.status == 502)
      try await pool.control("fault", ["effect": .object(["status": .integer(418)])])
      #expect(try await pool.signIn()?.status == 418)
      #expect(try await pool.control("clear") == [:])
      #expect(try await pool.send("GET", jwks)?.status == 200)
    }
  }

  @Test func `an answer in place of the pool's comes with its headers, body and type`() async throws {
    try await LivePool.with { pool async throws in
      let effect: [String: JSON] = [
        "status": .integer(429), "headers": .strings(["Retry-After": "7", "Date": "never"]),
        "body": .string("<busy>"), "content_type": .string("text/xml"),
      ]
      try await pool.control("fault", fault(effect, on: "InitiateAuth"))
      let answer = try #require(try await pool.signIn())
      #expect(answer.status == 429)
      #expect(answer.text == "<busy>")
      #expect(answer.header("retry-after") == "7")
      #expect(answer.header("content-type") == "text/xml")
      #expect(answer.headers.filter { $0.name == "date" }.map(\.value) == ["never"])
    }
  }

  @Test func `a refusal in the service's form is counted like one`() async throws {
    try await LivePool.with { pool async throws in
      let effect: [String: JSON] = [
        "error": .string("TooManyRequestsException"), "message": .string("Rate exceeded"),
      ]
      try await pool.control("fault", fault(effect, on: "InitiateAuth"))
      let answer = try #require(try await pool.signIn())
      #expect(answer.status == 400)
      #expect(answer.header("x-amzn-errortype") == "TooManyRequestsException:")
      #expect(answer.text == #"{"__type":"TooManyRequestsException","message":"Rate exceeded"}"#)
      #expect(try await pool.control("stats")["refused"] == .object(["TooManyRequestsException": .integer(1)]))
    }
  }

  @Test func `a connection dropped before the request leaves all as it was, one dropped after does not`() async throws {
    let rotating: [String: JSON] = ["rotation": .object(["enabled": .bool(true), "grace_seconds": .integer(0)])]
    try await LivePool.with(client: rotating) { pool async throws in
      let first = try await pool.tokens().refreshToken()
      try await pool.control("fault", fault(["drop": .string("before")]))
      #expect(try await pool.refresh(first) == nil)
      #expect(try await pool.control("stats")["refreshes"] == .integer(0))
      let second = try Tokens(try #require(try await pool.refresh(first)).json()).refreshToken()
      try await pool.control("fault", fault(["drop": .string("after")]))
      #expect(try await pool.refresh(second) == nil)
      #expect(try await pool.control("stats")["refreshes"] == .integer(2))
      let lost = try #require(try await pool.refresh(second))
      #expect(try lost.json()["__type"] == .string("RefreshTokenReuseException"))
    }
  }

  @Test func `malformed answers are the ones that were asked for`() async throws {
    try await LivePool.with { pool async throws in
      let token = try await pool.tokens().refreshToken()
      func spoiled(_ kind: String) async throws -> RawAnswer {
        try await pool.control("fault", fault(["malformed": .string(kind)]))
        return try #require(try await pool.refresh(token))
      }
      let html = try await spoiled("html")
      #expect(html.status == 200)
      #expect(html.header("content-type")?.hasPrefix("text/html") == true)
      #expect(try await pool.control("stats")["refreshes"] == .integer(0))
      let empty = try await spoiled("empty")
      #expect(empty.status == 200)
      #expect(empty.body.isEmpty)
      let truncated = try await spoiled("truncated")
      #expect(truncated.text.hasPrefix(#"{"AuthenticationResult":{"#))
      #expect((try? JSON(parsing: truncated.body)) == nil)
      let wrong = try await spoiled("wrong_type")
      #expect(try Vector(members: wrong.json()).object("AuthenticationResult").number("AccessToken") == 1)
      #expect(try await pool.control("stats")["refreshes"] == .integer(3))
    }
  }

  @Test func `a late answer is late, and other requests pass it`() async throws {
    try await LivePool.with { pool async throws in
      let token = try await pool.tokens().refreshToken()
      try await pool.control("fault", fault(["latency_ms": .integer(1500)]))
      let slow = try pool.connect()
      let clock = ContinuousClock()
      let start = clock.now
      try slow.send(
        "POST", "/", host: "localhost",
        headers: [
          "Content-Type": "application/x-amz-json-1.1",
          "X-Amz-Target": "AWSCognitoIdentityProviderService.GetTokensFromRefreshToken",
        ], body: try JSON.object(["ClientId": .string("app"), "RefreshToken": .string(token)]).encodedText())
      #expect(try await pool.signIn()?.status == 200)
      #expect(try await slow.answer()?.status == 200)
      #expect(clock.now - start >= .milliseconds(1500))
      #expect(try await pool.control("stats")["max_in_flight"] == .integer(2))
    }
  }

  @Test func `a request that hangs is in flight until its client leaves`() async throws {
    try await LivePool.with { pool async throws in
      try await pool.control("fault", ["effect": .object(["hang": .bool(true)]), "times": .integer(1)])
      var hanging: RawConnection? = try pool.connect()
      try hanging?.send("GET", jwks, host: "localhost")
      try await waitUntil { try await pool.control("stats")["in_flight"] == .integer(1) }
      hanging = nil
      try await waitUntil { try await pool.control("stats")["in_flight"] == .integer(0) }
      #expect(try await pool.send("GET", jwks)?.status == 200)
    }
  }

  /// Asks again until it is so; a failure after seconds.
  private func waitUntil(_ condition: () async throws -> Bool) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(20)
    while try await !condition() {
      try #require(clock.now < deadline)
      await Task.yield()
    }
  }
}
