import Testing

@testable import CognitoPool

@Suite struct SignUpTests {
  private let verifying: [String: JSON] = ["auto_verified": .strings(["email"])]

  private func request(
    _ name: String = "bea", password: String? = "Passw0rd!",
    _ attributes: [String: String] = ["email": "bea@example.org"]
  ) -> [String: JSON] {
    var members: [String: JSON] = [
      "ClientId": .string("app"), "Username": .string(name),
      "UserAttributes": .array(
        attributes.sorted { $0.key < $1.key }.map { .strings(["Name": $0.key, "Value": $0.value]) }),
    ]
    members["Password"] = password.map(JSON.string)
    return members
  }

  private func naming(_ name: String, _ more: [String: JSON] = [:]) -> [String: JSON] {
    ["ClientId": .string("app"), "Username": .string(name)].merging(more) { $1 }
  }

  private func confirm(_ name: String, _ code: String, force: Bool = false) -> [String: JSON] {
    naming(name, ["ConfirmationCode": .string(code), "ForceAliasCreation": .bool(force)])
  }

  @Test func `a new user gets a code by mail, confirms it and signs in`() async throws {
    let pool = try TestPool(pool: verifying)
    let answer = Vector(members: try await pool.call("SignUp", request()))
    #expect(answer.members["UserConfirmed"] == .bool(false))
    #expect(try answer.text("UserSub") == (try await pool.user("bea").sub))
    let details = try answer.object("CodeDeliveryDetails")
    #expect(
      details.members
        == JSON.strings(["AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "b***@e***"]).asObject)
    let delivery = try #require(try pool.deliveries().last)
    #expect(try delivery.text("at") == "2027-01-15T08:00:00Z")
    #expect(try delivery.text("user_pool_id") == TestPool.poolID)
    #expect(try delivery.text("username") == "bea")
    #expect(try delivery.text("medium") == "EMAIL")
    #expect(try delivery.text("destination") == "bea@example.org")
    let client = TestClient(pool: pool)
    let early = await #expect(throws: ServiceError.self) { try await client.signIn("bea") }
    #expect(early?.name == "UserNotConfirmedException")
    let code = try pool.sentCode("sign_up")
    #expect(code.utf8.count == 6)
    let wrong = try await pool.refusal("ConfirmSignUp", confirm("bea", TestPool.wrong(code)))
    #expect(said(wrong) == "400 CodeMismatchException: Invalid verification code provided, please try again.")
    #expect(try await pool.call("ConfirmSignUp", confirm("bea", code)) == [:])
    #expect(try await client.tokens("bea").idClaims()["email_verified"] == .bool(true))
    let again = try await pool.refusal("ConfirmSignUp", confirm("bea", code))
    #expect(said(again) == "400 NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED")
  }

  @Test func `a code can be sent again and then only the new one is good, for a day`() async throws {
    let pool = try TestPool(pool: verifying)
    try await pool.call("SignUp", request())
    let first = try pool.sentCode("sign_up")
    try await pool.call("ResendConfirmationCode", naming("bea"))
    let second = try pool.sentCode("sign_up")
    if first != second {
      #expect(try await pool.refusal("ConfirmSignUp", confirm("bea", first)).name == "CodeMismatchException")
    }
    pool.wait(86400)
    let late = try await pool.refusal("ConfirmSignUp", confirm("bea", second))
    #expect(said(late) == "400 ExpiredCodeException: Invalid code provided, please request a code again.")
    try await pool.call("ResendConfirmationCode", naming("bea"))
    try await pool.call("ConfirmSignUp", confirm("bea", try pool.sentCode("sign_up")))
    let done = try await pool.refusal("ResendConfirmationCode", naming("bea"))
    #expect(said(done) == "400 InvalidParameterException: User is already confirmed.")
  }

  @Test func `five codes an hour are enough`() async throws {
    let pool = try TestPool(pool: verifying)
    try await pool.call("SignUp", request())
    for _ in 1...5 { try await pool.call("ResendConfirmationCode", naming("bea")) }
    let error = try await pool.refusal("ResendConfirmationCode", naming("bea"))
    #expect(said(error) == "400 LimitExceededException: Attempt limit exceeded, please try after some time.")
    pool.wait(3600)
    try await pool.call("ResendConfirmationCode", naming("bea"))
    let wrong = TestPool.wrong(try pool.sentCode("sign_up"))
    for _ in 1...15 {
      #expect(try await pool.refusal("ConfirmSignUp", confirm("bea", wrong)).name == "CodeMismatchException")
    }
    #expect(try await pool.refusal("ConfirmSignUp", confirm("bea", wrong)).name == "LimitExceededException")
  }

  @Test(arguments: [
    ("ann", "Passw0rd!", [:], "UsernameExistsException: User already exists"),
    ("ANN", "Passw0rd!", [:], "UsernameExistsException: User already exists"),
    ("bea", "Sh0rt!", [:], "InvalidPasswordException: Password did not conform with policy: Password not long enough"),
    (
      "bea", "Passw0rd! x", [:],
      #"InvalidParameterException: 1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\S]+"#
    ),
    (
      "bea", "Passw0rd!", ["email_verified": "true"],
      "NotAuthorizedException: A client attempted to write unauthorized attribute"
    ),
    (
      "bea", "Passw0rd!", ["custom:shoe": "40"],
      "InvalidParameterException: Attributes did not conform to the schema: custom:shoe: Attribute does not exist in the schema.\n"
    ),
    ("bea", "Passw0rd!", ["email": "bea"], "InvalidParameterException: Invalid email address format."),
    ("bea", "Passw0rd!", ["phone_number": "0123"], "InvalidParameterException: Invalid phone number format."),
  ])
  func `what can't be a new user is refused in the service's words`(
    name: String, password: String, attributes: [String: String], sentence: String
  ) async throws {
    let pool = try TestPool()
    let error = try await pool.refusal("SignUp", request(name, password: password, attributes))
    #expect(said(error) == "400 \(sentence)")
    #expect(try pool.deliveries().isEmpty)
  }

  @Test func `an attribute that the pool verifies must be there`() async throws {
    let pool = try TestPool(pool: verifying)
    let error = try await pool.refusal("SignUp", request("bea", [:]))
    #expect(error.message == "Attributes did not conform to the schema: email: The attribute is required\n")
  }

  @Test func `a client with a secret must prove it`() async throws {
    let pool = try TestPool(pool: verifying, client: ["secret": .string(TestPool.clientSecret)])
    #expect(try await pool.refusal("SignUp", request()).name == "NotAuthorizedException")
    for (operation, members) in [
      ("SignUp", request()), ("ResendConfirmationCode", naming("bea")),
    ] {
      let hash = try AppClient.secretHash(name: "bea", clientID: "app", secret: TestPool.clientSecret)
      try await pool.call(operation, members.merging(["SecretHash": .string(hash)]) { $1 })
    }
  }

  @Test func `where an address is the name the username is a UUID and the address is taken once`() async throws {
    let pool = try TestPool(
      pool: ["username_attributes": .strings(["email"]), "auto_verified": .strings(["email"])],
      user: ["username": .string("ann@example.org")])
    let bad = try await pool.refusal("SignUp", request("bea", [:]))
    #expect(bad.message == "Username should be an email.")
    let taken = try await pool.refusal("SignUp", request("Ann@example.org", [:]))
    #expect(said(taken) == "400 UsernameExistsException: An account with the given email already exists.")
    let answer = Vector(members: try await pool.call("SignUp", request("bea+1@example.org", [:])))
    let user = try await pool.user("bea+1@example.org")
    #expect(user.username == (try answer.text("UserSub")))
    #expect(user.attributes["email"] == "bea+1@example.org")
    try await pool.call("ConfirmSignUp", confirm("bea+1@example.org", try pool.sentCode("sign_up")))
    _ = try await TestClient(pool: pool).tokens("bea+1@example.org")
  }

  @Test func `an alias that somebody has is refused at the code, or taken from them by force`() async throws {
    let pool = try TestPool(
      pool: ["alias_attributes": .strings(["email"]), "auto_verified": .strings(["email"])],
      user: ["attributes": .strings(["email": "bea@example.org", "email_verified": "true"])])
    #expect(
      try await pool.refusal("SignUp", request("bea@example.org")).message
        == "Username cannot be of email format, since user pool is configured for email alias.")
    try await pool.call("SignUp", request())
    let code = try pool.sentCode("sign_up")
    let error = try await pool.refusal("ConfirmSignUp", confirm("bea", code))
    #expect(said(error) == "400 AliasExistsException: An account with the email already exists.")
    try await pool.call("ConfirmSignUp", confirm("bea", code, force: true))
    #expect(try await pool.user("bea@example.org").username == "bea")
    #expect(try await pool.user("ann").attributes["email_verified"] == "false")
  }

  @Test func `who does not exist is hidden where the client hides it`() async throws {
    let hiding = try TestPool(pool: verifying, client: ["prevent_user_existence_errors": .bool(true)])
    let simulated = try await hiding.call("ResendConfirmationCode", naming("nobody"))
    #expect(try await hiding.call("ResendConfirmationCode", naming("nobody")) == simulated)
    #expect(try Vector(members: simulated).object("CodeDeliveryDetails").text("Destination").hasSuffix("***"))
    #expect(try hiding.deliveries().isEmpty)
    #expect(try await hiding.refusal("ConfirmSignUp", confirm("nobody", "123456")).name == "ExpiredCodeException")
    let telling = try TestPool(pool: verifying)
    for (operation, members) in [
      ("ResendConfirmationCode", naming("nobody")), ("ConfirmSignUp", confirm("nobody", "123456")),
    ] {
      let error = try await telling.refusal(operation, members)
      #expect(said(error) == "400 UserNotFoundException: Username/client id combination not found.")
    }
  }

  @Test func `a pool that verifies both sends the code by SMS, one that verifies nothing none`() async throws {
    let both = try TestPool(pool: ["auto_verified": .strings(["email", "phone_number"])])
    try await both.call(
      "SignUp", request("bea", ["email": "bea@example.org", "phone_number": "+15555550100"]))
    #expect(try both.deliveries().map { try $0.text("destination") } == ["+15555550100"])
    let details = Vector(members: try await both.call("ResendConfirmationCode", naming("bea")))
    #expect(try details.object("CodeDeliveryDetails").text("Destination") == "+*******0100")
    let none = try TestPool()
    #expect(try await none.call("SignUp", request())["CodeDeliveryDetails"] == nil)
    let error = try await none.refusal("ResendConfirmationCode", naming("bea"))
    #expect(error.message == "Cannot resend codes. Auto verification not turned on.")
  }
}
