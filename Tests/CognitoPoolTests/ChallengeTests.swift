import Testing

@testable import CognitoPool

@Suite struct SoftwareTokenChallengeTests {
  private func pool(_ client: [String: JSON] = [:]) throws -> TestPool {
    try TestPool(
      pool: ["mfa": .string("OPTIONAL")], client: client,
      user: ["totp_secret": .string(TestPool.totpSecret), "preferred_mfa": .string("SOFTWARE_TOKEN_MFA")])
  }

  private func challenged(_ client: TestClient) async throws -> String {
    let answer = try await client.signIn()
    #expect(answer["ChallengeName"] == .string("SOFTWARE_TOKEN_MFA"))
    #expect(answer["AuthenticationResult"] == nil)
    return try Vector(members: answer).text("Session")
  }

  private func answer(_ client: TestClient, _ session: String, _ code: String) -> [String: JSON] {
    client.respond("SOFTWARE_TOKEN_MFA", session, ["USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": code])
  }

  @Test func `a right code gives tokens, and no code a second time`() async throws {
    let pool = try pool()
    let client = TestClient(pool: pool)
    let session = try await challenged(client)
    let request = answer(client, session, try pool.code())
    _ = try Tokens(try await pool.call("RespondToAuthChallenge", request))
    let spent = try await pool.refusal("RespondToAuthChallenge", request)
    #expect(
      said(spent)
        == "400 NotAuthorizedException: Invalid session for the user, session can only be used once.")
    let next = try await challenged(client)
    let again = try await pool.refusal("RespondToAuthChallenge", answer(client, next, try pool.code()))
    #expect(said(again) == "400 ExpiredCodeException: Your software token has already been used once.")
    _ = try Tokens(try await pool.call("RespondToAuthChallenge", answer(client, next, try pool.code(steps: 1))))
  }

  @Test func `a wrong code keeps the session`() async throws {
    let pool = try pool()
    let client = TestClient(pool: pool)
    let session = try await challenged(client)
    for wrong in [try pool.code(steps: 5), "12345", "abcdef"] {
      let error = try await pool.refusal("RespondToAuthChallenge", answer(client, session, wrong))
      #expect(said(error) == "400 CodeMismatchException: Invalid code or auth state for the user.")
    }
    let missing = client.respond("SOFTWARE_TOKEN_MFA", session, ["USERNAME": "ann"])
    #expect(
      try await pool.refusal("RespondToAuthChallenge", missing).message
        == "Missing required parameter SOFTWARE_TOKEN_MFA_CODE")
    _ = try Tokens(try await pool.call("RespondToAuthChallenge", answer(client, session, try pool.code())))
  }

  @Test func `five wrong codes lock like passwords`() async throws {
    let pool = try pool()
    let client = TestClient(pool: pool)
    let session = try await challenged(client)
    let wrong = answer(client, session, try pool.code(steps: 5))
    for _ in 1...5 { #expect(try await pool.refusal("RespondToAuthChallenge", wrong).name == "CodeMismatchException") }
    let right = answer(client, session, try pool.code())
    #expect(try await pool.refusal("RespondToAuthChallenge", right).message == "Password attempts exceeded")
    pool.wait(1.5)
    _ = try Tokens(try await pool.call("RespondToAuthChallenge", right))
  }

  @Test func `a session ends after the client's time`() async throws {
    let pool = try pool(["session_seconds": .integer(60)])
    let client = TestClient(pool: pool)
    let session = try await challenged(client)
    pool.wait(60)
    let error = try await pool.refusal("RespondToAuthChallenge", answer(client, session, try pool.code()))
    #expect(said(error) == "400 NotAuthorizedException: Invalid session for the user, session is expired.")
  }

  @Test func `a session is good for its challenge, name and client only`() async throws {
    let second: JSON = .object(["id": .string("other"), "flows": .strings([])])
    let first: JSON = .object(["id": .string("app"), "flows": .strings(["ALLOW_USER_SRP_AUTH"])])
    let pool = try TestPool(
      pool: ["mfa": .string("ON"), "clients": .array([first, second])],
      user: ["totp_secret": .string(TestPool.totpSecret)])
    let client = TestClient(pool: pool)
    let session = try await challenged(client)
    let code = try pool.code()
    var foreign = client
    foreign.clientID = "other"
    let responses = ["USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": code, "NEW_PASSWORD": "N3w-Passw0rd"]
    let requests = [
      client.respond("NEW_PASSWORD_REQUIRED", session, responses),
      client.respond("SMS_MFA", session, responses),
      client.respond("SOFTWARE_TOKEN_MFA", session, responses.merging(["USERNAME": "bob"]) { $1 }),
      client.respond("SOFTWARE_TOKEN_MFA", String(repeating: "x", count: 40), responses),
      foreign.respond("SOFTWARE_TOKEN_MFA", session, responses),
    ]
    for request in requests {
      let error = try await pool.refusal("RespondToAuthChallenge", request)
      #expect(said(error) == "400 NotAuthorizedException: Invalid session for the user.")
    }
    let none = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("SOFTWARE_TOKEN_MFA", nil, responses))
    #expect(said(none) == "400 InvalidParameterException: Missing required parameter Session")
    _ = try Tokens(
      try await pool.call("RespondToAuthChallenge", client.respond("SOFTWARE_TOKEN_MFA", session, responses)))
  }

  @Test func `no code is asked for where the pool has no second factor`() async throws {
    let pool = try TestPool(user: ["totp_secret": .string(TestPool.totpSecret)])
    _ = try await TestClient(pool: pool).tokens()
  }

  @Test func `a factor without an address to send to is none`() async throws {
    let pool = try TestPool(pool: ["mfa": .string("ON")], user: ["preferred_mfa": .string("SMS_MFA")])
    let answer = try await TestClient(pool: pool).signIn()
    #expect(answer["ChallengeName"] == .string("MFA_SETUP"))
  }
}
