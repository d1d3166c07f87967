import Testing

@testable import CognitoPool

@Suite struct AttributeTests {
  private func pool(_ members: [String: JSON] = [:]) throws -> TestPool {
    try TestPool(
      pool: ["auto_verified": .strings(["email"])].merging(members) { $1 },
      user: [
        "attributes": .strings([
          "email": "ann@example.org", "email_verified": "true", "name": "Ann", "custom:team": "blue",
        ])
      ])
  }

  private func update(_ access: JSON, _ attributes: [String: String]) -> [String: JSON] {
    [
      "AccessToken": access,
      "UserAttributes": .array(attributes.map { .strings(["Name": $0.key, "Value": $0.value]) }),
    ]
  }

  private func verify(_ access: JSON, _ code: String, _ name: String = "email") -> [String: JSON] {
    ["AccessToken": access, "AttributeName": .string(name), "Code": .string(code)]
  }

  private func access(_ pool: TestPool, _ name: String = "ann") async throws -> JSON {
    .string(try await TestClient(pool: pool).tokens(name).access)
  }

  @Test func `a new address is not verified until the code that went there comes back`() async throws {
    let pool = try pool()
    let access = try await access(pool)
    let answer = try await pool.call("UpdateUserAttributes", update(access, ["email": "new@example.org"]))
    let details = try #require(answer["CodeDeliveryDetailsList"]?.asArray)
    #expect(details == [.strings(["AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***"])])
    #expect(try await pool.user().attributes["email_verified"] == "false")
    let code = try pool.sentCode("verify_email")
    let wrong = try await pool.refusal("VerifyUserAttribute", verify(access, TestPool.wrong(code)))
    #expect(wrong.name == "CodeMismatchException")
    #expect(try await pool.call("VerifyUserAttribute", verify(access, code)) == [:])
    #expect(try await pool.user().attributes["email_verified"] == "true")
    #expect(try await pool.refusal("VerifyUserAttribute", verify(access, code)).name == "ExpiredCodeException")
  }

  @Test func `the same address and other attributes send nothing, a blank one takes the attribute away`() async throws {
    let pool = try pool()
    let access = try await access(pool)
    let changes = ["email": "ann@example.org", "name": "", "nickname": "Annie", "custom:team": "red"]
    let answer = try await pool.call("UpdateUserAttributes", update(access, changes))
    #expect(answer == ["CodeDeliveryDetailsList": .array([])])
    let user = try await pool.user()
    #expect(
      user.attributes
        == [
          "email": "ann@example.org", "email_verified": "true", "nickname": "Annie", "custom:team": "red",
        ])
  }

  @Test func `where the pool waits for the code the old address stays until it comes`() async throws {
    let pool = try pool(["verify_before_update": .strings(["email"])])
    let access = try await access(pool)
    try await pool.call("UpdateUserAttributes", update(access, ["email": "new@example.org"]))
    #expect(try pool.deliveries().last?.text("destination") == "new@example.org")
    #expect(try await pool.user().attributes["email"] == "ann@example.org")
    #expect(try await pool.user().attributes["email_verified"] == "true")
    try await pool.call(
      "GetUserAttributeVerificationCode", ["AccessToken": access, "AttributeName": .string("email")])
    #expect(try pool.deliveries().last?.text("destination") == "new@example.org")
    try await pool.call("VerifyUserAttribute", verify(access, try pool.sentCode("verify_email")))
    #expect(try await pool.user().attributes["email"] == "new@example.org")
  }

  @Test func `a code can be asked for five times an hour, for an address that is there`() async throws {
    let pool = try pool()
    let access = try await access(pool)
    func ask(_ name: String) -> [String: JSON] { ["AccessToken": access, "AttributeName": .string(name)] }
    #expect(try await pool.refusal("GetUserAttributeVerificationCode", ask("name")).name == "InvalidParameterException")
    let missing = try await pool.refusal("GetUserAttributeVerificationCode", ask("phone_number"))
    #expect(missing.message == "User does not have the attribute phone_number")
    for _ in 1...4 {
      let answer = Vector(members: try await pool.call("GetUserAttributeVerificationCode", ask("email")))
      #expect(try answer.object("CodeDeliveryDetails").text("AttributeName") == "email")
    }
    #expect(try await pool.refusal("GetUserAttributeVerificationCode", ask("email")).name == "LimitExceededException")
  }

  @Test func `what may not be written is refused, and what must be there can't be taken away`() async throws {
    let pool = try pool()
    let access = try await access(pool)
    let sub = try await pool.refusal("UpdateUserAttributes", update(access, ["sub": "x"]))
    #expect(said(sub) == "400 NotAuthorizedException: A client attempted to write unauthorized attribute")
    let blank = try await pool.refusal("UpdateUserAttributes", update(access, ["email": ""]))
    #expect(blank.message == "Attributes did not conform to the schema: email: The attribute is required\n")
    func delete(_ names: String...) -> [String: JSON] {
      ["AccessToken": access, "UserAttributeNames": .strings(names)]
    }
    #expect(try await pool.refusal("DeleteUserAttributes", delete("email")).message == blank.message)
    #expect(try await pool.refusal("DeleteUserAttributes", delete("custom:none")).name == "InvalidParameterException")
    #expect(try await pool.call("DeleteUserAttributes", delete("name", "custom:team")) == [:])
    #expect(try await pool.user().attributes.keys.sorted() == ["email", "email_verified"])
  }

  @Test func `an address by which somebody else signs in is refused`() async throws {
    let pool = try TestPool(pool: [
      "alias_attributes": .strings(["email", "preferred_username"]), "auto_verified": .strings(["email"]),
      "users": .array([
        .object([
          "username": .string("ann"), "password": .string(TestPool.password),
          "attributes": .strings(["email": "ann@example.org", "email_verified": "true", "preferred_username": "a"]),
        ]),
        .object([
          "username": .string("bea"), "password": .string(TestPool.password),
          "attributes": .strings(["email": "bea@example.org", "email_verified": "true"]),
        ]),
      ]),
    ])
    let access = try await access(pool, "bea")
    let name = try await pool.refusal("UpdateUserAttributes", update(access, ["preferred_username": "A"]))
    #expect(said(name) == "400 AliasExistsException: An account with the preferred_username already exists.")
    try await pool.call("UpdateUserAttributes", update(access, ["email": "ann@example.org"]))
    let code = try pool.sentCode("verify_email")
    let error = try await pool.refusal("VerifyUserAttribute", verify(access, code))
    #expect(said(error) == "400 AliasExistsException: An account with the email already exists.")
  }

  @Test func `a deleted user is gone, for tokens too, and the name is free for somebody else`() async throws {
    let pool = try pool()
    let client = TestClient(pool: pool)
    let tokens = try await client.tokens()
    #expect(try await pool.call("DeleteUser", ["AccessToken": .string(tokens.access)]) == [:])
    let refused = try await pool.refusal("GetTokensFromRefreshToken", client.refresh(try tokens.refreshToken()))
    #expect(said(refused) == "400 UserNotFoundException: User does not exist.")
    try await pool.call(
      "SignUp",
      [
        "ClientId": .string("app"), "Username": .string("ann"), "Password": .string(TestPool.password),
        "UserAttributes": .array([.strings(["Name": "email", "Value": "other@example.org"])]),
      ])
    #expect(try await pool.refusal("GetUser", ["AccessToken": .string(tokens.access)]).name == "UserNotFoundException")
  }
}
