import Testing

@testable import CognitoPool

@Suite struct SetUpTests {
  private func code(_ secret: String, _ pool: TestPool, steps: Int = 0) throws -> String {
    let key = try #require(Base32.decode(secret))
    return try TOTP.code(secret: key, step: TOTP.step(at: pool.now) + steps)
  }

  @Test func `where a second factor is a must, one without any sets it up on the way`() async throws {
    let pool = try TestPool(pool: ["mfa": .string("ON")])
    let client = TestClient(pool: pool)
    let challenge = Vector(members: try await client.signIn())
    #expect(try challenge.text("ChallengeName") == "MFA_SETUP")
    #expect(
      try challenge.object("ChallengeParameters").text("MFAS_CAN_SETUP") == #"["SOFTWARE_TOKEN_MFA"]"#)
    let first = try challenge.text("Session")
    let early = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("MFA_SETUP", first, ["USERNAME": "ann"]))
    #expect(said(early) == "400 NotAuthorizedException: Invalid session for the user.")

    let associated = Vector(members: try await pool.call("AssociateSoftwareToken", ["Session": .string(first)]))
    let secret = try associated.text("SecretCode")
    let second = try associated.text("Session")
    let wrong: [String: JSON] = ["Session": .string(second), "UserCode": .string(try code(secret, pool, steps: 9))]
    #expect(
      said(try await pool.refusal("VerifySoftwareToken", wrong))
        == "400 EnableSoftwareTokenMFAException: Code mismatch")
    let right: [String: JSON] = [
      "Session": .string(second), "UserCode": .string(try code(secret, pool)),
      "FriendlyDeviceName": .string("phone"),
    ]
    let verified = Vector(members: try await pool.call("VerifySoftwareToken", right))
    #expect(try verified.text("Status") == "SUCCESS")
    let third = try verified.text("Session")
    let spent = try await pool.refusal("AssociateSoftwareToken", ["Session": .string(first)])
    #expect(spent.message == "Invalid session for the user, session can only be used once.")
    _ = try Tokens(
      try await pool.call("RespondToAuthChallenge", client.respond("MFA_SETUP", third, ["USERNAME": "ann"])))

    let next = Vector(members: try await client.signIn())
    #expect(try next.text("ChallengeName") == "SOFTWARE_TOKEN_MFA")
    #expect(try next.object("ChallengeParameters").text("FRIENDLY_DEVICE_NAME") == "phone")
    let session = try next.text("Session")
    let reused = client.respond(
      "SOFTWARE_TOKEN_MFA", session, ["USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": try code(secret, pool)])
    #expect(try await pool.refusal("RespondToAuthChallenge", reused).name == "ExpiredCodeException")
    let fresh = client.respond(
      "SOFTWARE_TOKEN_MFA", session,
      ["USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": try code(secret, pool, steps: 1)])
    _ = try Tokens(try await pool.call("RespondToAuthChallenge", fresh))
  }

  @Test func `one who is signed in associates a token by the access token`() async throws {
    let pool = try TestPool(pool: ["mfa": .string("OPTIONAL")])
    let tokens = try await TestClient(pool: pool).tokens()
    let access = JSON.string(tokens.access)
    let early = try await pool.refusal(
      "VerifySoftwareToken", ["AccessToken": access, "UserCode": .string("123456")])
    #expect(early.name == "InvalidParameterException")
    let associated = Vector(members: try await pool.call("AssociateSoftwareToken", ["AccessToken": access]))
    #expect(associated.members["Session"] == nil)
    let secret = try associated.text("SecretCode")
    let answer = try await pool.call(
      "VerifySoftwareToken", ["AccessToken": access, "UserCode": .string(try code(secret, pool))])
    #expect(answer == ["Status": .string("SUCCESS")])
  }

  @Test func `a pool without second factors has no tokens to associate`() async throws {
    let pool = try TestPool()
    let tokens = try await TestClient(pool: pool).tokens()
    let error = try await pool.refusal("AssociateSoftwareToken", ["AccessToken": .string(tokens.access)])
    #expect(
      said(error)
        == "400 SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool")
  }

  @Test func `it takes an access token or a session, not both and not neither`() async throws {
    let pool = try TestPool(pool: ["mfa": .string("OPTIONAL")])
    let tokens = try await TestClient(pool: pool).tokens()
    let both: [String: JSON] = [
      "AccessToken": .string(tokens.access), "Session": .string(String(repeating: "x", count: 30)),
    ]
    for members in [[:], both] {
      let error = try await pool.refusal("AssociateSoftwareToken", members)
      #expect(
        said(error) == "400 InvalidParameterException: Exactly one of AccessToken and Session is required")
    }
  }
}
