import Testing

@testable import CognitoPool

@Suite struct ChoiceTests {
  private func pool(
    _ user: [String: JSON] = [:], pool: [String: JSON] = [:], hiding: Bool = false
  ) throws -> TestPool {
    let attributes = JSON.strings([
      "email": "ann@example.org", "email_verified": "true", "phone_number": "+15555550100",
      "phone_number_verified": "true",
    ])
    return try TestPool(
      pool: pool, client: ["prevent_user_existence_errors": .bool(hiding)],
      user: ["attributes": attributes].merging(user) { $1 })
  }

  private func begin(
    _ pool: TestPool, _ preferred: String? = nil, _ more: [String: String] = [:], name: String = "ann"
  ) async throws -> [String: JSON] {
    var parameters = ["USERNAME": name].merging(more) { $1 }
    parameters["PREFERRED_CHALLENGE"] = preferred
    return try await pool.call("InitiateAuth", TestClient(pool: pool).initiate("USER_AUTH", parameters))
  }

  @Test func `without a wish the user is told what there is, and chooses`() async throws {
    let passkeys = JSON.array([.strings(["id": "one", "name": "key"])])
    let pool = try pool(
      ["passkeys": passkeys],
      pool: ["first_factors": .strings(["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"])])
    let client = TestClient(pool: pool)
    let asked = try await begin(pool)
    #expect(asked["ChallengeName"] == .string("SELECT_CHALLENGE"))
    #expect(
      asked["AvailableChallenges"] == .strings(["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]))
    #expect(
      try await client.refused(asked, ["ANSWER": "SMS_MFA"])
        == "400 InvalidParameterException: Challenge SMS_MFA is not available for the user")
    _ = try Tokens(try await client.answer(asked, ["ANSWER": "PASSWORD", "PASSWORD": TestPool.password]))
  }

  @Test func `a password is taken at once, on asking, or after the choice`() async throws {
    let pool = try pool()
    let client = TestClient(pool: pool)
    _ = try Tokens(try await begin(pool, "PASSWORD", ["PASSWORD": TestPool.password]))
    let asked = try await begin(pool, "PASSWORD")
    #expect(asked["ChallengeName"] == .string("PASSWORD"))
    _ = try Tokens(try await client.answer(asked, ["PASSWORD": TestPool.password]))
    let chosen = try await client.answer(try await begin(pool), ["ANSWER": "PASSWORD"])
    #expect(
      try await client.refused(chosen, ["PASSWORD": "wrong"])
        == "400 NotAuthorizedException: Incorrect username or password.")
  }

  @Test func `a proof of the password is taken at once, on asking, or after the choice`() async throws {
    let pool = try pool()
    let client = TestClient(pool: pool)
    for way in ["at once", "on asking", "chosen"] {
      let attempt = try TestClient.Attempt()
      let key = ["SRP_A": attempt.publicKey.hex]
      let first: [String: JSON] =
        switch way {
        case "at once": try await begin(pool, "PASSWORD_SRP", key)
        case "on asking": try await client.answer(try await begin(pool, "PASSWORD_SRP"), key)
        default: try await client.answer(try await begin(pool), key.merging(["ANSWER": "PASSWORD_SRP"]) { $1 })
        }
      let responses = try client.proof(of: TestPool.password, for: first, attempt)
      _ = try Tokens(try await client.answer(first, responses))
    }
  }

  @Test(arguments: ["EMAIL_OTP", "SMS_OTP"])
  func `a code of eight digits signs in alone`(choice: String) async throws {
    let pool = try pool()
    let client = TestClient(pool: pool)
    let asked = try await begin(pool, choice)
    #expect(asked["ChallengeName"] == .string(choice))
    let code = try pool.sentCode("authentication")
    #expect(code.utf8.count == 8)
    for _ in 1...3 {
      #expect(
        try await client.refused(asked, ["\(choice)_CODE": TestPool.wrong(code)])
          == "400 CodeMismatchException: Invalid code or auth state for the user.")
    }
    _ = try Tokens(try await client.answer(asked, ["\(choice)_CODE": code]))
  }

  @Test func `what the user can't use is not offered`() async throws {
    let temporary = try pool(["status": .string("FORCE_CHANGE_PASSWORD")])
    let asked = try await begin(temporary, "EMAIL_OTP")
    #expect(asked["ChallengeName"] == .string("SELECT_CHALLENGE"))
    #expect(asked["AvailableChallenges"] == .strings(["PASSWORD", "PASSWORD_SRP"]))
    let factor = try pool(
      ["totp_secret": .string(TestPool.totpSecret)], pool: ["mfa": .string("OPTIONAL")])
    #expect(try await begin(factor)["AvailableChallenges"] == .strings(["PASSWORD", "PASSWORD_SRP"]))
    let bare = try pool(["attributes": .object([:])])
    #expect(try await begin(bare)["AvailableChallenges"] == .strings(["PASSWORD", "PASSWORD_SRP"]))
  }

  @Test func `a passkey is asked for by its id`() async throws {
    let passkeys = JSON.array([.strings(["id": "one", "name": "key"])])
    let pool = try pool(["passkeys": passkeys], pool: ["first_factors": .strings(["PASSWORD", "WEB_AUTHN"])])
    let asked = try await begin(pool, "WEB_AUTHN")
    let text = try Vector(members: asked).object("ChallengeParameters").text("CREDENTIAL_REQUEST_OPTIONS")
    let options = try JSON(parsing: [UInt8](text.utf8))
    #expect(options["allowCredentials"] == .array([.strings(["id": "one", "type": "public-key"])]))
    #expect(
      try await TestClient(pool: pool).refused(asked, ["CREDENTIAL": "{}"])
        == "400 NotAuthorizedException: Incorrect username or password.")
  }

  @Test func `somebody unknown gets the same questions and no code`() async throws {
    let pool = try pool(hiding: true)
    let client = TestClient(pool: pool)
    let asked = try await begin(pool, name: "nobody")
    #expect(asked["AvailableChallenges"] == .strings(["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"]))
    let name = try Vector(members: asked).object("ChallengeParameters").text("USERNAME")
    let refused = try await client.refused(
      asked, ["USERNAME": name, "ANSWER": "PASSWORD", "PASSWORD": TestPool.password])
    #expect(refused == "400 NotAuthorizedException: Incorrect username or password.")
    let code = try await begin(pool, "EMAIL_OTP", name: "nobody")
    #expect(try pool.deliveries().isEmpty)
    #expect(
      try await client.refused(code, ["USERNAME": name, "EMAIL_OTP_CODE": "12345678"])
        == "400 CodeMismatchException: Invalid code or auth state for the user.")
    let telling = try self.pool()
    let request = TestClient(pool: telling).initiate("USER_AUTH", ["USERNAME": "nobody"])
    #expect(try await telling.refusal("InitiateAuth", request).name == "UserNotFoundException")
  }

  @Test func `who has just confirmed a sign-up signs in without another code`() async throws {
    let pool = try pool(pool: ["auto_verified": .strings(["email"])])
    let names: [String: JSON] = ["ClientId": .string("app"), "Username": .string("bea")]
    let email = JSON.array([.strings(["Name": "email", "Value": "bea@example.org"])])
    let signUp = try await pool.call("SignUp", names.merging(["UserAttributes": email]) { $1 })
    let code = try pool.sentCode("sign_up")
    let foreign = JSON.string(String(repeating: "x", count: 30))
    let refused = try await pool.refusal(
      "ConfirmSignUp", names.merging(["ConfirmationCode": .string(code), "Session": foreign]) { $1 })
    #expect(said(refused) == "400 NotAuthorizedException: Invalid session for the user.")
    let confirmed = try await pool.call(
      "ConfirmSignUp",
      names.merging([
        "ConfirmationCode": .string(code), "Session": try #require(signUp["Session"]),
      ]) { $1 })
    var request = TestClient(pool: pool).initiate(
      "USER_AUTH", ["USERNAME": "bea", "PREFERRED_CHALLENGE": "EMAIL_OTP"])
    request["Session"] = confirmed["Session"]
    _ = try Tokens(try await pool.call("InitiateAuth", request))
    #expect(try await pool.refusal("InitiateAuth", request).message.hasSuffix("session can only be used once."))
  }
}
