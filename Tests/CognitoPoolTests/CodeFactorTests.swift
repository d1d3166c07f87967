import Testing

@testable import CognitoPool

/// Codes by SMS and mail as the second factor, and the choice among factors.
@Suite struct CodeFactorTests {
  private func pool(_ preferred: String?, mfa: String = "OPTIONAL", totp: Bool = false) throws -> TestPool {
    var user: [String: JSON] = [
      "attributes": .strings([
        "email": "ann@example.org", "email_verified": "true", "phone_number": "+15555550100",
      ])
    ]
    user["preferred_mfa"] = preferred.map(JSON.string)
    if totp { user["totp_secret"] = .string(TestPool.totpSecret) }
    return try TestPool(pool: ["mfa": .string(mfa)], user: user)
  }

  @Test(arguments: [
    ("SMS_MFA", "SMS", "+*******0100", "+15555550100"), ("EMAIL_OTP", "EMAIL", "a***@e***", "ann@example.org"),
  ])
  func `a code of six digits is sent and signs in once`(
    challenge: String, medium: String, masked: String, address: String
  ) async throws {
    let pool = try pool(challenge, mfa: "ON")
    let client = TestClient(pool: pool)
    let asked = try await client.signIn()
    #expect(asked["ChallengeName"] == .string(challenge))
    let parameters = try Vector(members: asked).object("ChallengeParameters")
    #expect(try parameters.text("CODE_DELIVERY_DELIVERY_MEDIUM") == medium)
    #expect(try parameters.text("CODE_DELIVERY_DESTINATION") == masked)
    #expect(try pool.deliveries().last?.text("destination") == address)
    let code = try pool.sentCode("authentication")
    #expect(code.utf8.count == 6)
    let mismatch = "400 CodeMismatchException: Invalid code or auth state for the user."
    #expect(try await client.refused(asked, ["\(challenge)_CODE": TestPool.wrong(code)]) == mismatch)
    #expect(
      try await client.refused(asked, [:])
        == "400 InvalidParameterException: Missing required parameter \(challenge)_CODE")
    _ = try Tokens(try await client.answer(asked, ["\(challenge)_CODE": code]))
    #expect(try await client.refused(asked, ["\(challenge)_CODE": code]).hasSuffix("session can only be used once."))
  }

  @Test func `a code ends with its session`() async throws {
    let pool = try pool("SMS_MFA")
    let client = TestClient(pool: pool)
    let asked = try await client.signIn()
    pool.wait(180)
    #expect(
      try await client.refused(asked, ["SMS_MFA_CODE": try pool.sentCode("authentication")])
        == "400 NotAuthorizedException: Invalid session for the user, session is expired.")
  }

  @Test func `five wrong codes lock for a second, in other sessions too`() async throws {
    let pool = try pool("SMS_MFA")
    let client = TestClient(pool: pool)
    let asked = try await client.signIn()
    let code = try pool.sentCode("authentication")
    for _ in 1...5 { _ = try await client.refused(asked, ["SMS_MFA_CODE": TestPool.wrong(code)]) }
    let locked = "400 NotAuthorizedException: Password attempts exceeded"
    #expect(try await client.refused(asked, ["SMS_MFA_CODE": code]) == locked)
    let other = try await client.signIn()
    #expect(try await client.refused(other, ["SMS_MFA_CODE": try pool.sentCode("authentication")]) == locked)
    pool.wait(1)
    _ = try Tokens(try await client.answer(asked, ["SMS_MFA_CODE": code]))
  }

  @Test func `with two factors and none preferred the person chooses`() async throws {
    let pool = try pool("SMS_MFA", totp: true)
    try await pool.service.change(TestPool.poolID) { $0.users["ann"]?.preferredFactor = nil }
    let client = TestClient(pool: pool)
    let asked = try await client.signIn()
    #expect(asked["ChallengeName"] == .string("SELECT_MFA_TYPE"))
    #expect(
      try Vector(members: asked).object("ChallengeParameters").text("MFAS_CAN_CHOOSE")
        == #"["SMS_MFA","SOFTWARE_TOKEN_MFA"]"#)
    #expect(try pool.deliveries().isEmpty)
    #expect(
      try await client.refused(asked, ["ANSWER": "EMAIL_OTP"])
        == "400 InvalidParameterException: Invalid answer to SELECT_MFA_TYPE: EMAIL_OTP")
    let sms = try await client.answer(asked, ["ANSWER": "SMS_MFA"])
    _ = try Tokens(try await client.answer(sms, ["SMS_MFA_CODE": try pool.sentCode("authentication")]))
    let totp = try await client.answer(try await client.signIn(), ["ANSWER": "SOFTWARE_TOKEN_MFA"])
    _ = try Tokens(try await client.answer(totp, ["SOFTWARE_TOKEN_MFA_CODE": try pool.code()]))
  }

  @Test func `a pool without second factors asks for none`() async throws {
    _ = try await TestClient(pool: try pool("SMS_MFA", mfa: "OFF")).tokens()
  }
}
