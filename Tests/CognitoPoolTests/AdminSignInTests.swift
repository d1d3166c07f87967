import Testing

@testable import CognitoPool

@Suite struct AdminSignInTests {
  private func request(_ flow: String, _ parameters: [String: String] = [:], pool: String = TestPool.poolID) -> [String:
    JSON]
  {
    [
      "UserPoolId": .string(pool), "ClientId": .string("app"), "AuthFlow": .string(flow),
      "AuthParameters": .strings(["USERNAME": "ann", "PASSWORD": TestPool.password].merging(parameters) { $1 }),
    ]
  }

  @Test(arguments: ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
  func `an administrator signs somebody in with the password`(flow: String) async throws {
    let pool = try TestPool(pool: ["device_tracking": .string("always")])
    let answer = try await pool.call("AdminInitiateAuth", request(flow))
    #expect(answer["AuthenticationResult"]?["NewDeviceMetadata"] == nil)
    _ = try Tokens(answer)
    let wrong = try await pool.refusal("AdminInitiateAuth", request(flow, ["PASSWORD": "wrong"]))
    #expect(wrong.message == "Incorrect username or password.")
  }

  @Test func `further challenges are answered in the administrator's name`() async throws {
    let pool = try TestPool(
      pool: ["mfa": .string("OPTIONAL")], user: ["totp_secret": .string(TestPool.totpSecret)])
    let asked = try await pool.call("AdminInitiateAuth", request("ADMIN_USER_PASSWORD_AUTH"))
    var answer = TestClient(pool: pool).respond(
      "SOFTWARE_TOKEN_MFA", asked["Session"]?.asString,
      ["USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": try pool.code()])
    answer["UserPoolId"] = .string(TestPool.poolID)
    _ = try Tokens(try await pool.call("AdminRespondToAuthChallenge", answer))
  }

  @Test func `each call has its own flows, and the client must allow them`() async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    let unsupported = "Initiate Auth method not supported."
    let mine = client.initiate("ADMIN_USER_PASSWORD_AUTH", ["USERNAME": "ann", "PASSWORD": TestPool.password])
    #expect(try await pool.refusal("InitiateAuth", mine).message == unsupported)
    #expect(try await pool.refusal("AdminInitiateAuth", request("USER_PASSWORD_AUTH")).message == unsupported)
    let strict = try TestPool(client: ["flows": .strings(["ALLOW_USER_SRP_AUTH"])])
    #expect(
      try await strict.refusal("AdminInitiateAuth", request("ADMIN_USER_PASSWORD_AUTH")).message
        == "Auth flow not enabled for this client")
    let none = try await pool.refusal("AdminInitiateAuth", request("ADMIN_USER_PASSWORD_AUTH", pool: "us-east-1_None"))
    #expect(none.name == "ResourceNotFoundException")
  }
}
