import Testing

@testable import CognitoPool

@Suite struct UserStateTests {
  private func refusal(_ pool: TestPool, _ username: String = "ann") async throws -> String {
    let client = TestClient(pool: pool)
    let (responses, session) = try await client.prepareSRP(username)
    return said(
      try await pool.refusal("RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses)))
  }

  @Test func `somebody unknown looks like a wrong password where the client hides who exists`() async throws {
    let pool = try TestPool(client: ["prevent_user_existence_errors": .bool(true)])
    let client = TestClient(pool: pool)
    #expect(try await refusal(pool, "nobody") == "400 NotAuthorizedException: Incorrect username or password.")
    var salts: Set<String> = []
    var names: Set<String> = []
    for name in ["nobody", "nobody", "NOBODY"] {
      let answer = try await pool.call(
        "InitiateAuth", client.initiate("USER_SRP_AUTH", ["USERNAME": name, "SRP_A": "5"]))
      let parameters = try Vector(members: answer).object("ChallengeParameters")
      salts.insert(try parameters.text("SALT"))
      names.insert(try parameters.text("USER_ID_FOR_SRP"))
    }
    #expect(salts.count == 1)
    #expect(names.count == 1)
    #expect(names.first?.utf8.count == 36)
    let password = client.initiate("USER_PASSWORD_AUTH", ["USERNAME": "nobody", "PASSWORD": "x"])
    #expect(try await pool.refusal("InitiateAuth", password).message == "Incorrect username or password.")
  }

  @Test func `somebody unknown is said to be, where it does not`() async throws {
    let pool = try TestPool()
    for parameters in [["SRP_A": "5"], ["PASSWORD": "x"]] {
      let flow = parameters["SRP_A"] == nil ? "USER_PASSWORD_AUTH" : "USER_SRP_AUTH"
      let request = TestClient(pool: pool).initiate(flow, parameters.merging(["USERNAME": "nobody"]) { $1 })
      let error = try await pool.refusal("InitiateAuth", request)
      #expect(said(error) == "400 UserNotFoundException: User does not exist.")
    }
  }

  @Test(arguments: [
    ("UNCONFIRMED", "400 UserNotConfirmedException: User is not confirmed."),
    ("RESET_REQUIRED", "400 PasswordResetRequiredException: Password reset required for the user"),
    ("EXTERNAL_PROVIDER", "400 NotAuthorizedException: Incorrect username or password."),
  ])
  func `a user who can't enter is told why`(status: String, sentence: String) async throws {
    let pool = try TestPool(user: ["status": .string(status)])
    #expect(try await refusal(pool) == sentence)
  }

  @Test func `a disabled user is told so, and only with the right password`() async throws {
    let pool = try TestPool(user: ["enabled": .bool(false)])
    #expect(try await refusal(pool) == "400 NotAuthorizedException: User is disabled.")
    let client = TestClient(pool: pool)
    let (responses, session) = try await client.prepareSRP(password: "wrong")
    let wrong = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses))
    #expect(wrong.message == "Incorrect username or password.")
  }

  @Test func `five wrong passwords lock, each further one for twice as long`() async throws {
    let pool = try TestPool()
    let client = TestClient(pool: pool)
    func attempt(_ password: String) async throws -> String {
      let request = client.initiate("USER_PASSWORD_AUTH", ["USERNAME": "ann", "PASSWORD": password])
      switch await pool.service.perform("InitiateAuth", .object(request)).result {
      case .success: return "in"
      case .failure(let error): return error.message
      }
    }
    let wrong = "Incorrect username or password."
    let locked = "Password attempts exceeded"
    for _ in 1...5 { #expect(try await attempt("x") == wrong) }
    #expect(try await attempt(TestPool.password) == locked)
    for seconds in [1.0, 2, 4, 8] {
      pool.wait(seconds - 0.1)
      #expect(try await attempt(TestPool.password) == locked)
      pool.wait(0.2)
      #expect(try await attempt("x") == wrong)
    }
    // The lock holds for the proof as well.
    let (responses, session) = try await client.prepareSRP()
    let error = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses))
    #expect(said(error) == "400 NotAuthorizedException: Password attempts exceeded")
    pool.wait(16)
    #expect(try await attempt(TestPool.password) == "in")
    for _ in 1...5 { #expect(try await attempt("x") == wrong) }
    #expect(try await attempt("x") == locked)
    pool.wait(900)
    for _ in 1...5 { #expect(try await attempt("x") == wrong) }
  }
}
