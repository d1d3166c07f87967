import Testing

@testable import CognitoPool

@Suite struct CustomChallengeTests {
  private let script = JSON.array([
    .object(["parameters": .strings(["question": "2+2"]), "answer": .string("4")]),
    .object(["parameters": .strings(["question": "the word"]), "answer": .string("sesame")]),
  ])

  private func pool(_ members: [String: JSON] = [:], hiding: Bool = false, user: [String: JSON] = [:]) throws
    -> TestPool
  {
    try TestPool(
      pool: ["custom_challenges": script].merging(members) { $1 },
      client: ["prevent_user_existence_errors": .bool(hiding)], user: user)
  }

  private func begin(_ pool: TestPool, name: String = "ann") async throws -> [String: JSON] {
    try await pool.call("InitiateAuth", TestClient(pool: pool).initiate("CUSTOM_AUTH", ["USERNAME": name]))
  }

  @Test func `the challenges come one after the other, then the tokens`() async throws {
    let pool = try pool()
    let client = TestClient(pool: pool)
    let first = try await begin(pool)
    #expect(first["ChallengeName"] == .string("CUSTOM_CHALLENGE"))
    #expect(first["ChallengeParameters"] == .strings(["question": "2+2", "USERNAME": "ann"]))
    let second = try await client.answer(first, ["ANSWER": "4"])
    #expect(second["ChallengeParameters"]?["question"] == .string("the word"))
    _ = try Tokens(try await client.answer(second, ["ANSWER": "sesame"]))
  }

  @Test func `a wrong answer gets the challenge again, the third one the end`() async throws {
    let pool = try pool()
    let client = TestClient(pool: pool)
    var challenge = try await begin(pool)
    for _ in 1...2 {
      challenge = try await client.answer(challenge, ["ANSWER": "5"])
      #expect(challenge["ChallengeParameters"]?["question"] == .string("2+2"))
    }
    #expect(
      try await client.refused(challenge, ["ANSWER": "5"])
        == "400 NotAuthorizedException: Incorrect username or password.")
    #expect(try await client.refused(challenge, ["ANSWER": "4"]).hasSuffix("session can only be used once."))
  }

  @Test func `with SRP first the password comes before them`() async throws {
    let pool = try pool()
    let client = TestClient(pool: pool)
    let first = ["CHALLENGE_NAME": "SRP_A"]
    let (responses, session) = try await client.prepareSRP(flow: "CUSTOM_AUTH", first)
    let challenge = try await pool.call(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses))
    #expect(challenge["ChallengeName"] == .string("CUSTOM_CHALLENGE"))
    let next = try await client.answer(challenge, ["ANSWER": "4"])
    _ = try Tokens(try await client.answer(next, ["ANSWER": "sesame"]))
    let (wrong, other) = try await client.prepareSRP(password: "wrong", flow: "CUSTOM_AUTH", first)
    let error = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", other, wrong))
    #expect(error.message == "Incorrect username or password.")
  }

  @Test func `a second factor comes after them`() async throws {
    let pool = try pool(["mfa": .string("ON")], user: ["totp_secret": .string(TestPool.totpSecret)])
    let client = TestClient(pool: pool)
    let second = try await client.answer(try await begin(pool), ["ANSWER": "4"])
    let third = try await client.answer(second, ["ANSWER": "sesame"])
    #expect(third["ChallengeName"] == .string("SOFTWARE_TOKEN_MFA"))
    _ = try Tokens(try await client.answer(third, ["SOFTWARE_TOKEN_MFA_CODE": try pool.code()]))
  }

  @Test func `somebody unknown is asked as well and never right`() async throws {
    let pool = try pool(hiding: true)
    let challenge = try await begin(pool, name: "nobody")
    let name = try Vector(members: challenge).object("ChallengeParameters").text("USERNAME")
    let again = try await TestClient(pool: pool).answer(challenge, ["USERNAME": name, "ANSWER": "4"])
    #expect(again["ChallengeParameters"]?["question"] == .string("2+2"))
  }

  @Test func `a pool without such challenges says so`() async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    for parameters in [["USERNAME": "ann"], ["USERNAME": "ann", "CHALLENGE_NAME": "SRP_A", "SRP_A": "5"]] {
      let error = try await pool.refusal("InitiateAuth", client.initiate("CUSTOM_AUTH", parameters))
      #expect(error.message == "Custom auth lambda trigger is not configured for the user pool.")
    }
  }
}
