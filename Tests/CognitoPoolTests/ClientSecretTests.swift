import Testing

@testable import CognitoPool

@Suite struct ClientSecretTests {
  private func pool() throws -> TestPool {
    try TestPool(
      pool: ["mfa": .string("OPTIONAL"), "username_attributes": .strings(["email"])],
      client: ["secret": .string(TestPool.clientSecret)],
      user: ["username": .string("ann@example.org"), "totp_secret": .string(TestPool.totpSecret)])
  }

  private func client(_ pool: TestPool) -> TestClient { TestClient(pool: pool, secret: TestPool.clientSecret) }

  /// Signs in by the e-mail address; the real name is the UUID that the challenge gives.
  private func signIn(_ pool: TestPool) async throws -> Tokens {
    let client = client(pool)
    let second = Vector(members: try await client.signIn("ann@example.org"))
    let name = try second.object("ChallengeParameters").text("USER_ID_FOR_SRP")
    var responses = ["USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": try pool.code()]
    responses["SECRET_HASH"] = try client.hash(name)
    let request = client.respond("SOFTWARE_TOKEN_MFA", try second.text("Session"), responses)
    return try Tokens(try await pool.call("RespondToAuthChallenge", request))
  }

  @Test func `with the hash over the name of each message the sign-in goes through`() async throws {
    let tokens = try await signIn(try pool())
    #expect(try tokens.accessClaims()["username"] != .string("ann@example.org"))
  }

  @Test func `a first message without, or with another, hash is refused`() async throws {
    let pool = try pool()
    var parameters = ["USERNAME": "ann@example.org", "SRP_A": "5", "PASSWORD": "x"]
    for flow in ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"] {
      parameters["SECRET_HASH"] = nil
      let none = try await pool.refusal("InitiateAuth", client(pool).initiate(flow, parameters))
      #expect(
        said(none)
          == "400 NotAuthorizedException: Client app is configured with secret but SECRET_HASH was not received")
      for wrong in [try client(pool).hash("Ann@example.org"), TestPool.clientSecret] {
        parameters["SECRET_HASH"] = wrong
        let error = try await pool.refusal("InitiateAuth", client(pool).initiate(flow, parameters))
        #expect(said(error) == "400 NotAuthorizedException: Unable to verify secret hash for client app")
      }
    }
  }

  @Test func `in an answer the hash is over the real name, not over the address typed`() async throws {
    let pool = try pool()
    var (responses, session) = try await client(pool).prepareSRP("ann@example.org")
    responses["SECRET_HASH"] = try client(pool).hash("ann@example.org")
    let error = try await pool.refusal(
      "RespondToAuthChallenge", client(pool).respond("PASSWORD_VERIFIER", session, responses))
    #expect(said(error) == "400 NotAuthorizedException: Unable to verify secret hash for client app")
    responses["SECRET_HASH"] = nil
    let none = try await pool.refusal(
      "RespondToAuthChallenge", client(pool).respond("PASSWORD_VERIFIER", session, responses))
    #expect(none.message == "Client app is configured with secret but SECRET_HASH was not received")
  }

  @Test func `a refresh takes the hash over the real name, or the raw secret`() async throws {
    let pool = try pool()
    let client = client(pool)
    let tokens = try await signIn(pool)
    let token = try tokens.refreshToken()
    let name = try Vector(members: try tokens.accessClaims()).text("username")
    func refresh(_ hash: String?) -> [String: JSON] {
      var parameters = ["REFRESH_TOKEN": token]
      parameters["SECRET_HASH"] = hash
      return client.initiate("REFRESH_TOKEN_AUTH", parameters)
    }
    _ = try Tokens(try await pool.call("InitiateAuth", refresh(try client.hash(name))))
    let alias = try await pool.refusal("InitiateAuth", refresh(try client.hash("ann@example.org")))
    #expect(said(alias) == "400 NotAuthorizedException: SecretHash does not match for the client: app")
    let none = try await pool.refusal("InitiateAuth", refresh(nil))
    #expect(none.message == "Client app is configured with secret but SECRET_HASH was not received")

    let raw = client.refresh(token, secret: TestPool.clientSecret)
    _ = try Tokens(try await pool.call("GetTokensFromRefreshToken", raw))
    let missing = try await pool.refusal("GetTokensFromRefreshToken", client.refresh(token))
    #expect(
      said(missing)
        == "400 NotAuthorizedException: Client app is configured for secret but secret was not received")
    let wrong = client.refresh(token, secret: TestPool.clientSecret + "x")
    #expect(
      try await pool.refusal("GetTokensFromRefreshToken", wrong).message
        == "Unable to verify secret hash for client app")
  }

  @Test func `a client without a secret takes neither hash nor secret`() async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    let parameters = ["USERNAME": "ann", "SRP_A": "5", "SECRET_HASH": "abc="]
    let hash = try await pool.refusal("InitiateAuth", client.initiate("USER_SRP_AUTH", parameters))
    #expect(said(hash) == "400 NotAuthorizedException: Unable to verify secret hash for client app")
    let token = try await client.tokens().refreshToken()
    let raw = try await pool.refusal(
      "GetTokensFromRefreshToken", client.refresh(token, secret: TestPool.clientSecret))
    #expect(raw.name == "NotAuthorizedException")
  }

  @Test func `revoking takes the raw secret`() async throws {
    let pool = try pool()
    let token = try await signIn(pool).refreshToken()
    var request: [String: JSON] = ["ClientId": .string("app"), "Token": .string(token)]
    #expect(try await pool.refusal("RevokeToken", request).name == "UnauthorizedException")
    request["ClientSecret"] = .string(TestPool.clientSecret + "x")
    #expect(try await pool.refusal("RevokeToken", request).name == "UnauthorizedException")
    request["ClientSecret"] = .string(TestPool.clientSecret)
    #expect(try await pool.call("RevokeToken", request) == [:])
  }
}
