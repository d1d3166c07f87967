import Testing

@testable import CognitoPool

@Suite struct ForgottenPasswordTests {
  private let reachable: [String: JSON] = [
    "attributes": .strings(["email": "ann@example.org", "email_verified": "true"])
  ]

  private func forgot(_ name: String = "ann") -> [String: JSON] {
    ["ClientId": .string("app"), "Username": .string(name)]
  }

  private func reset(_ code: String, _ password: String = "N3w-Passw0rd", _ name: String = "ann") -> [String: JSON] {
    forgot(name).merging(["ConfirmationCode": .string(code), "Password": .string(password)]) { $1 }
  }

  @Test(arguments: ["CONFIRMED", "RESET_REQUIRED"])
  func `a code by mail buys a new password, once and within an hour`(status: String) async throws {
    let pool = try TestPool(user: reachable.merging(["status": .string(status)]) { $1 })
    let answer = Vector(members: try await pool.call("ForgotPassword", forgot()))
    #expect(try answer.object("CodeDeliveryDetails").text("Destination") == "a***@e***")
    let code = try pool.sentCode("forgot_password")
    let weak = try await pool.refusal("ConfirmForgotPassword", reset(code, "all-lower-0"))
    #expect(
      said(weak)
        == "400 InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters"
    )
    let wrong = try await pool.refusal("ConfirmForgotPassword", reset(TestPool.wrong(code)))
    #expect(wrong.name == "CodeMismatchException")
    try await pool.call("ConfirmForgotPassword", reset(code))
    _ = try Tokens(try await TestClient(pool: pool).signIn(password: "N3w-Passw0rd"))
    #expect(try await pool.refusal("ConfirmForgotPassword", reset(code)).name == "ExpiredCodeException")
    try await pool.call("ForgotPassword", forgot())
    pool.wait(3600)
    let late = try await pool.refusal("ConfirmForgotPassword", reset(try pool.sentCode("forgot_password")))
    #expect(late.name == "ExpiredCodeException")
  }

  @Test(
    arguments: [
      (
        [:],
        "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number"
      ),
      (["enabled": .bool(false)], "NotAuthorizedException: User is disabled."),
      (
        ["status": .string("FORCE_CHANGE_PASSWORD")],
        "NotAuthorizedException: User password cannot be reset in the current state."
      ),
    ] as [([String: JSON], String)])
  func `who can't get a code is told why, unless the client hides who exists`(
    user: [String: JSON], sentence: String
  ) async throws {
    let telling = try TestPool(user: user)
    #expect(said(try await telling.refusal("ForgotPassword", forgot())) == "400 \(sentence)")
    let unknown = try await telling.refusal("ForgotPassword", forgot("nobody"))
    #expect(said(unknown) == "400 UserNotFoundException: Username/client id combination not found.")
    let hiding = try TestPool(client: ["prevent_user_existence_errors": .bool(true)], user: user)
    for name in ["ann", "nobody"] {
      #expect(try await hiding.call("ForgotPassword", forgot(name))["CodeDeliveryDetails"] != nil)
    }
    #expect(try hiding.deliveries().isEmpty)
    let reset = try await hiding.refusal("ConfirmForgotPassword", reset("123456", "N3w-Passw0rd", "nobody"))
    #expect(reset.name == "CodeMismatchException")
  }

  @Test func `a code survives a restart of the pool`() async throws {
    let path = TestPool.freshFolder()
    defer { TestPool.remove(path) }
    do { try await TestPool(user: reachable, folder: path).call("ForgotPassword", forgot()) }
    let pool = try TestPool(folder: path)
    try await pool.call("ConfirmForgotPassword", reset(try pool.sentCode("forgot_password")))
  }

  @Test func `who is signed in changes the password with the old one`() async throws {
    let pool = try TestPool()
    let access = JSON.string(try await TestClient(pool: pool).tokens().access)
    func change(_ old: String?, _ new: String) -> [String: JSON] {
      var members = ["AccessToken": access, "ProposedPassword": .string(new)]
      members["PreviousPassword"] = old.map(JSON.string)
      return members
    }
    let missing = try await pool.refusal("ChangePassword", change(nil, "N3w-Passw0rd"))
    #expect(missing.message == "Missing required parameter PreviousPassword")
    let wrong = try await pool.refusal("ChangePassword", change("wrong", "N3w-Passw0rd"))
    #expect(said(wrong) == "400 NotAuthorizedException: Incorrect username or password.")
    let weak = try await pool.refusal("ChangePassword", change(TestPool.password, "N3wPassw0rd"))
    #expect(weak.message == "Password did not conform with policy: Password must have symbol characters")
    try await pool.call("ChangePassword", change(TestPool.password, "N3w-Passw0rd"))
    _ = try Tokens(try await TestClient(pool: pool).signIn(password: "N3w-Passw0rd"))
    _ = try await pool.refusal("ChangePassword", change("wrong", "N3w-Passw0rd"))
    let many = try await pool.refusal("ChangePassword", change("N3w-Passw0rd", TestPool.password))
    #expect(many.name == "LimitExceededException")
  }
}
