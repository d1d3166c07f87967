import Testing

@testable import CognitoPool

@Suite struct NewPasswordTests {
  private func challenged(_ pool: TestPool) async throws -> Vector {
    let answer = try await TestClient(pool: pool).signIn()
    #expect(answer["ChallengeName"] == .string("NEW_PASSWORD_REQUIRED"))
    return Vector(members: answer)
  }

  private func answer(_ pool: TestPool, _ session: String, _ responses: [String: String]) -> [String: JSON] {
    TestClient(pool: pool).respond(
      "NEW_PASSWORD_REQUIRED", session, ["USERNAME": "ann"].merging(responses) { $1 })
  }

  @Test func `a temporary password asks for a new one, which then signs in`() async throws {
    let pool = try TestPool(user: [
      "status": .string("FORCE_CHANGE_PASSWORD"), "attributes": .strings(["name": "Ann"]),
    ])
    let challenge = try await challenged(pool)
    let parameters = try challenge.object("ChallengeParameters")
    #expect(try parameters.text("requiredAttributes") == "[]")
    #expect(try parameters.text("userAttributes") == #"{"name":"Ann"}"#)
    let session = try challenge.text("Session")
    _ = try Tokens(
      try await pool.call("RespondToAuthChallenge", answer(pool, session, ["NEW_PASSWORD": "N3w-Passw0rd"])))
    _ = try Tokens(try await TestClient(pool: pool).signIn(password: "N3w-Passw0rd"))
    await #expect(throws: ServiceError.self) { try await TestClient(pool: pool).signIn() }
  }

  @Test(arguments: [
    ("Sh0rt-p", "InvalidPasswordException: Password did not conform with policy: Password not long enough"),
    (
      "l0wer-case",
      "InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters"
    ),
    (
      "UPPER-C4SE",
      "InvalidPasswordException: Password did not conform with policy: Password must have lowercase characters"
    ),
    (
      "No-Numbers",
      "InvalidPasswordException: Password did not conform with policy: Password must have numeric characters"
    ),
    (
      "N0Symbols00",
      "InvalidPasswordException: Password did not conform with policy: Password must have symbol characters"
    ),
    (
      "N3w Passw0rd!",
      #"InvalidParameterException: 1 validation error detected: Value at 'newPassword' failed to satisfy constraint: Member must satisfy regular expression pattern: [\S]+"#
    ),
  ])
  func `a password against the policy is refused in the policy's words`(
    password: String, sentence: String
  ) async throws {
    let pool = try TestPool(user: ["status": .string("FORCE_CHANGE_PASSWORD")])
    let session = try await challenged(pool).text("Session")
    let error = try await pool.refusal(
      "RespondToAuthChallenge", answer(pool, session, ["NEW_PASSWORD": password]))
    #expect(said(error) == "400 \(sentence)")
    let second = answer(pool, session, ["NEW_PASSWORD": "N3w-Passw0rd"])
    _ = try Tokens(try await pool.call("RespondToAuthChallenge", second))
  }

  @Test func `a password of 256 characters is taken, one more is not`() async throws {
    let pool = try TestPool(user: ["status": .string("FORCE_CHANGE_PASSWORD")])
    let session = try await challenged(pool).text("Session")
    let longest = "Aa1-" + String(repeating: "x", count: 252)
    let error = try await pool.refusal(
      "RespondToAuthChallenge", answer(pool, session, ["NEW_PASSWORD": longest + "x"]))
    #expect(error.message.hasSuffix("Member must have length less than or equal to 256"))
    _ = try Tokens(
      try await pool.call("RespondToAuthChallenge", answer(pool, session, ["NEW_PASSWORD": longest])))
  }

  @Test func `an attribute that the pool needs is asked for, and only what is missing may be given`() async throws {
    let pool = try TestPool(
      pool: ["auto_verified": .strings(["email", "phone_number"])],
      user: ["status": .string("FORCE_CHANGE_PASSWORD"), "attributes": .strings(["phone_number": "+15555550100"])])
    let challenge = try await challenged(pool)
    #expect(
      try challenge.object("ChallengeParameters").text("requiredAttributes") == #"["userAttributes.email"]"#)
    let session = try challenge.text("Session")
    let missing = try await pool.refusal(
      "RespondToAuthChallenge", answer(pool, session, ["NEW_PASSWORD": "N3w-Passw0rd"]))
    #expect(said(missing) == "400 InvalidParameterException: Invalid attributes given, email is missing")
    let full = ["NEW_PASSWORD": "N3w-Passw0rd", "userAttributes.email": "ann@example.org"]
    let other = full.merging(["userAttributes.phone_number": "+15555550101"]) { $1 }
    let fixed = try await pool.refusal("RespondToAuthChallenge", answer(pool, session, other))
    #expect(said(fixed) == "400 NotAuthorizedException: Cannot modify an already provided phone_number")
    for name in ["sub", "email_verified", "cognito:user_status"] {
      let forbidden = full.merging(["userAttributes.\(name)": "true"]) { $1 }
      let error = try await pool.refusal("RespondToAuthChallenge", answer(pool, session, forbidden))
      #expect(
        said(error) == "400 NotAuthorizedException: A client attempted to write unauthorized attribute")
    }
    let tokens = try Tokens(try await pool.call("RespondToAuthChallenge", answer(pool, session, full)))
    #expect(try tokens.idClaims()["email"] == .string("ann@example.org"))
  }

  @Test func `what the client may not write, and a name that somebody has, are refused`() async throws {
    let pool = try TestPool(
      pool: ["alias_attributes": .strings(["preferred_username"])], user: ["status": .string("FORCE_CHANGE_PASSWORD")])
    let named: [String: JSON] = ["UserPoolId": .string(TestPool.poolID)]
    try await pool.call(
      "UpdateUserPoolClient",
      named.merging(["ClientId": .string("app"), "WriteAttributes": .strings(["preferred_username"])]) { $1 })
    let taken = JSON.array([.strings(["Name": "preferred_username", "Value": "queen"])])
    try await pool.call(
      "AdminCreateUser", named.merging(["Username": .string("bea"), "UserAttributes": taken]) { $1 })
    let session = try await challenged(pool).text("Session")
    for (name, sentence) in [
      ("nickname", "NotAuthorizedException: A client attempted to write unauthorized attribute"),
      ("preferred_username", "AliasExistsException: An account with the preferred_username already exists."),
    ] {
      let responses = ["NEW_PASSWORD": "N3w-Passw0rd", "userAttributes.\(name)": "queen"]
      let error = try await pool.refusal("RespondToAuthChallenge", answer(pool, session, responses))
      #expect(said(error) == "400 \(sentence)")
    }
    let free = ["NEW_PASSWORD": "N3w-Passw0rd", "userAttributes.preferred_username": "king"]
    _ = try Tokens(try await pool.call("RespondToAuthChallenge", answer(pool, session, free)))
  }
}
