import Testing

@testable import CognitoPool

@Suite struct SignInTests {
  private let wrong = "400 NotAuthorizedException: Incorrect username or password."

  @Test func `the right password signs in by its proof`() async throws {
    let pool = try TestPool()
    let tokens = try await TestClient(pool: pool).tokens()
    #expect(try tokens.refreshToken().utf8.count >= 100)
    let user = try await pool.call("GetUser", ["AccessToken": .string(tokens.access)])
    #expect(user["Username"] == .string("ann"))
  }

  @Test func `a proof is good without a session, as older clients send it`() async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    let (responses, _) = try await client.prepareSRP()
    let answer = try await pool.call(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", nil, responses))
    _ = try Tokens(answer)
  }

  @Test(arguments: ["Passw0rd", "passw0rd!", "Passw0rd! ", ""])
  func `any other password is refused`(password: String) async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    let (responses, session) = try await client.prepareSRP(password: password)
    let error = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses))
    #expect(said(error) == wrong)
  }

  @Test func `composed and decomposed letters are different passwords`() async throws {
    let pool = try TestPool(user: ["password": .string("Gr\u{00F6}\u{00DF}e-1")])
    let client = TestClient(pool: pool)
    _ = try Tokens(try await client.signIn(password: "Gr\u{00F6}\u{00DF}e-1"))
    await #expect(throws: ServiceError.self) { try await client.signIn(password: "Gro\u{0308}\u{00DF}e-1") }
  }

  @Test(arguments: ["PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP", "USERNAME"])
  func `a changed part of the answer is refused`(part: String) async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    var (responses, session) = try await client.prepareSRP()
    let changed = ["TIMESTAMP": ClaimTimestamp.text(pool.now + 1), "USERNAME": "anna"][part]
    responses[part] = changed ?? Base64.encode(SystemRandomSource().bytes(32))
    let error = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses))
    #expect(error.name == "NotAuthorizedException")
  }

  @Test(arguments: ["USERNAME", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP"])
  func `a missing part of the answer is named`(part: String) async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    var (responses, session) = try await client.prepareSRP()
    responses[part] = nil
    let error = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses))
    #expect(said(error) == "400 InvalidParameterException: Missing required parameter \(part)")
  }

  @Test func `a proof is good once`() async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    let (responses, session) = try await client.prepareSRP()
    let request = client.respond("PASSWORD_VERIFIER", session, responses)
    try await pool.call("RespondToAuthChallenge", request)
    let again = try await pool.refusal("RespondToAuthChallenge", request)
    #expect(again.message == "Invalid session for the user, session can only be used once.")
    let bare = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", nil, responses))
    #expect(said(bare) == wrong)
  }

  @Test func `a proof that takes more than seconds is refused`() async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    let (responses, session) = try await client.prepareSRP()
    pool.wait(11)
    let error = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses))
    #expect(error.message == "Invalid session for the user, session is expired.")
  }

  @Test func `a timestamp minutes away, or in another form, is refused`() async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    var (responses, session) = try await client.prepareSRP()
    responses["TIMESTAMP"] = ClaimTimestamp.text(pool.now - 301)
    let far = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", nil, responses))
    #expect(said(far) == wrong)
    responses["TIMESTAMP"] = "2027-01-15T08:00:00Z"
    let form = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses))
    #expect(
      said(form)
        == "400 InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
  }

  @Test(arguments: ["0", "zz"])
  func `a client key that proves nothing is refused`(key: String) async throws {
    let pool = try TestPool()
    let error = try await pool.refusal(
      "InitiateAuth",
      TestClient(pool: pool).initiate("USER_SRP_AUTH", ["USERNAME": "ann", "SRP_A": key]))
    #expect(said(error) == "400 InvalidParameterException: Invalid value for SRP_A")
  }

  @Test func `the password itself signs in where the client allows it`() async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    let right = client.initiate("USER_PASSWORD_AUTH", ["USERNAME": "ann", "PASSWORD": TestPool.password])
    _ = try Tokens(try await pool.call("InitiateAuth", right))
    let other = client.initiate("USER_PASSWORD_AUTH", ["USERNAME": "ann", "PASSWORD": "x"])
    #expect(said(try await pool.refusal("InitiateAuth", other)) == wrong)
    let none = client.initiate("USER_PASSWORD_AUTH", ["USERNAME": "ann"])
    #expect(
      said(try await pool.refusal("InitiateAuth", none))
        == "400 InvalidParameterException: Missing required parameter PASSWORD")
  }

  @Test func `flows that the client does not have, and those of administrators, are refused`() async throws {
    let pool = try TestPool(client: ["flows": .strings([])])
    let client = TestClient(pool: pool)
    let parameters = ["USERNAME": "ann", "PASSWORD": "x", "SRP_A": "5", "REFRESH_TOKEN": "x"]
    let expected = [
      "USER_SRP_AUTH": "Auth flow not enabled for this client",
      "USER_PASSWORD_AUTH": "USER_PASSWORD_AUTH flow not enabled for this client",
      "REFRESH_TOKEN_AUTH": "Auth flow not enabled for this client",
      "REFRESH_TOKEN": "Auth flow not enabled for this client",
      "CUSTOM_AUTH": "Auth flow not enabled for this client",
      "USER_AUTH": "Auth flow not enabled for this client",
      "ADMIN_USER_PASSWORD_AUTH": "Initiate Auth method not supported.",
      "ADMIN_NO_SRP_AUTH": "Initiate Auth method not supported.",
    ]
    for (flow, message) in expected {
      let error = try await pool.refusal("InitiateAuth", client.initiate(flow, parameters))
      #expect(said(error) == "400 InvalidParameterException: \(message)", "\(flow)")
    }
  }

  @Test func `a client that does not exist is named`() async throws {
    let pool = try TestPool()
    var client = TestClient(pool: pool)
    client.clientID = "nobody"
    let error = try await pool.refusal("InitiateAuth", client.initiate("USER_SRP_AUTH", [:]))
    #expect(said(error) == "400 ResourceNotFoundException: User pool client nobody does not exist.")
  }
}
