import Testing

@testable import CognitoPool

@Suite struct ManagedUserTests {
  private static let named: [String: JSON] = ["UserPoolId": .string(TestPool.poolID)]

  private func user(_ name: String = "ann", _ members: [String: JSON] = [:]) -> [String: JSON] {
    Self.named.merging(["Username": .string(name)]) { $1 }.merging(members) { $1 }
  }

  private func attributes(_ values: [String: String]) -> JSON {
    .array(values.map { .strings(["Name": $0.key, "Value": $0.value]) })
  }

  private func signIn(_ pool: TestPool, _ name: String, _ password: String) async throws -> [String: JSON] {
    try await pool.call(
      "InitiateAuth",
      TestClient(pool: pool).initiate("USER_PASSWORD_AUTH", ["USERNAME": name, "PASSWORD": password]))
  }

  @Test func `an invited user gets a password by mail that must be changed, within its time`() async throws {
    let pool = try TestPool(pool: ["username_attributes": .strings(["email"]), "users": .array([])])
    let made = try await pool.call("AdminCreateUser", user("bea@example.org"))
    #expect(made["User"]?["UserStatus"] == .string("FORCE_CHANGE_PASSWORD"))
    let sent = try #require(try pool.deliveries().last)
    #expect(try sent.text("purpose") == "invitation")
    #expect(try sent.text("destination") == "bea@example.org")
    let password = try sent.text("code")
    try PasswordPolicy().check(password)
    #expect(try await signIn(pool, "bea@example.org", password)["ChallengeName"] == .string("NEW_PASSWORD_REQUIRED"))
    pool.wait(7 * 86400)
    let late = try await pool.refusal(
      "InitiateAuth",
      TestClient(pool: pool).initiate(
        "USER_PASSWORD_AUTH", ["USERNAME": "bea@example.org", "PASSWORD": password]))
    #expect(late.message == "Temporary password has expired and must be reset by an administrator.")
    _ = try await pool.call("AdminCreateUser", user("bea@example.org", ["MessageAction": .string("RESEND")]))
    let again = try #require(try pool.deliveries().last).text("code")
    #expect(again != password)
    #expect(try await signIn(pool, "bea@example.org", again)["ChallengeName"] == .string("NEW_PASSWORD_REQUIRED"))
  }

  @Test func `who is there already, has a bad password or an unknown attribute is not made`() async throws {
    let pool = try TestPool()
    #expect(
      said(try await pool.refusal("AdminCreateUser", user()))
        == "400 UsernameExistsException: User account already exists")
    let short = try await pool.refusal("AdminCreateUser", user("bea", ["TemporaryPassword": .string("Short1!")]))
    #expect(
      said(short) == "400 InvalidPasswordException: Password did not conform with policy: Password not long enough")
    let unknown = try await pool.refusal(
      "AdminCreateUser", user("bea", ["UserAttributes": attributes(["custom:x": "1"])]))
    #expect(unknown.name == "InvalidParameterException")
    let resend = try await pool.refusal("AdminCreateUser", user("ann", ["MessageAction": .string("RESEND")]))
    #expect(resend.name == "UnsupportedUserStateException")
    #expect(
      said(try await pool.refusal("AdminGetUser", user("bea"))) == "400 UserNotFoundException: User does not exist.")
  }

  @Test func `suppressed, the invitation goes nowhere`() async throws {
    let pool = try TestPool()
    _ = try await pool.call(
      "AdminCreateUser",
      user(
        "bea",
        [
          "UserAttributes": attributes(["email": "bea@example.org"]), "MessageAction": .string("SUPPRESS"),
        ]))
    #expect(try pool.deliveries().isEmpty)
  }

  @Test func `an address in use is an alias of one user only, unless it is forced`() async throws {
    let pool = try TestPool(
      pool: ["alias_attributes": .strings(["email"])],
      user: ["attributes": .strings(["email": "a@example.org", "email_verified": "true"])])
    let same = attributes(["email": "a@example.org", "email_verified": "true"])
    let refused = try await pool.refusal("AdminCreateUser", user("bea", ["UserAttributes": same]))
    #expect(refused.name == "AliasExistsException")
    _ = try await pool.call(
      "AdminCreateUser", user("bea", ["UserAttributes": same, "ForceAliasCreation": .bool(true)]))
    #expect(try await pool.user("a@example.org").username == "bea")
    #expect(try await pool.user("ann").attributes["email_verified"] == "false")
  }

  @Test func `an address is verified whatever the case of true, and is seen as it was written`() async throws {
    let pool = try TestPool(pool: ["alias_attributes": .strings(["email"])], user: [:])
    let written = attributes(["email": "a@example.org", "email_verified": "True"])
    _ = try await pool.call("AdminUpdateUserAttributes", user("ann", ["UserAttributes": written]))
    let tokens = try Tokens(try await signIn(pool, "a@example.org", TestPool.password))
    #expect(try tokens.idClaims()["email_verified"] == .bool(true))
    #expect(try await pool.user().attributes["email_verified"] == "True")
    for (operation, name) in [("AdminCreateUser", "bea"), ("AdminUpdateUserAttributes", "cy")] {
      if name == "cy" { _ = try await pool.call("AdminCreateUser", user(name)) }
      let taken = try await pool.refusal(operation, user(name, ["UserAttributes": written]))
      #expect(said(taken) == "400 AliasExistsException: An account with the email already exists.")
    }
  }

  @Test func `a password that is set is for good, or to be changed`() async throws {
    let pool = try TestPool()
    let set = user("ann", ["Password": .string("An0ther-one!")])
    _ = try await pool.call("AdminSetUserPassword", set)
    #expect(try await signIn(pool, "ann", "An0ther-one!")["ChallengeName"] == .string("NEW_PASSWORD_REQUIRED"))
    _ = try await pool.call("AdminSetUserPassword", set.merging(["Permanent": .bool(true)]) { $1 })
    _ = try Tokens(try await signIn(pool, "ann", "An0ther-one!"))
    let weak = try await pool.refusal("AdminSetUserPassword", user("ann", ["Password": .string("weakness1")]))
    #expect(weak.name == "InvalidPasswordException")
  }

  @Test func `a disabled user's tokens are void and sign-in is refused until enabled`() async throws {
    let pool = try TestPool()
    let tokens = try await TestClient(pool: pool).tokens()
    _ = try await pool.call("AdminDisableUser", user())
    #expect(try await pool.call("AdminGetUser", user())["Enabled"] == .bool(false))
    #expect(
      try await pool.refusal("GetUser", ["AccessToken": .string(tokens.access)]).message
        == "Access Token has been revoked")
    let refresh = TestClient(pool: pool).refresh(try tokens.refreshToken())
    #expect(
      said(try await pool.refusal("GetTokensFromRefreshToken", refresh))
        == "400 NotAuthorizedException: User is disabled.")
    let refused = try await pool.refusal(
      "InitiateAuth",
      TestClient(pool: pool).initiate("USER_PASSWORD_AUTH", ["USERNAME": "ann", "PASSWORD": TestPool.password]))
    #expect(said(refused) == "400 NotAuthorizedException: User is disabled.")
    _ = try await pool.call("AdminEnableUser", user())
    _ = try await TestClient(pool: pool).tokens()
    let renewed = try Tokens(try await pool.call("GetTokensFromRefreshToken", refresh))
    _ = try await pool.call("GetUser", ["AccessToken": .string(renewed.access)])
    #expect(
      try await pool.refusal("GetUser", ["AccessToken": .string(tokens.access)]).message
        == "Access Token has been revoked")
  }

  @Test func `signed out everywhere, and deleted`() async throws {
    let pool = try TestPool()
    let tokens = try await TestClient(pool: pool).tokens()
    _ = try await pool.call("AdminUserGlobalSignOut", user())
    let refresh = try await pool.refusal(
      "GetTokensFromRefreshToken", TestClient(pool: pool).refresh(try tokens.refreshToken()))
    #expect(refresh.message == "Refresh Token has been revoked")
    _ = try await pool.call("CreateGroup", Self.named.merging(["GroupName": .string("g")]) { $1 })
    _ = try await pool.call("AdminAddUserToGroup", user("ann", ["GroupName": .string("g")]))
    _ = try await pool.call("AdminDeleteUser", user())
    #expect(try await pool.refusal("AdminDeleteUser", user()).name == "UserNotFoundException")
    let members = try await pool.call("ListUsersInGroup", Self.named.merging(["GroupName": .string("g")]) { $1 })
    #expect(members == ["Users": .array([])])
  }

  @Test func `confirmed without a code; a confirmed one is not confirmed again`() async throws {
    let pool = try TestPool(user: ["status": .string("UNCONFIRMED")])
    _ = try await pool.call("AdminConfirmSignUp", user())
    _ = try await TestClient(pool: pool).tokens()
    #expect(
      said(try await pool.refusal("AdminConfirmSignUp", user()))
        == "400 NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED")
  }

  @Test func `a reset password is good no more, and the code for a new one is sent`() async throws {
    let pool = try TestPool(user: ["attributes": .strings(["email": "a@example.org", "email_verified": "true"])])
    _ = try await pool.call("AdminResetUserPassword", user())
    #expect(try await pool.user().status == .resetRequired)
    let code = try pool.sentCode("forgot_password")
    let refused = try await pool.refusal(
      "InitiateAuth",
      TestClient(pool: pool).initiate("USER_PASSWORD_AUTH", ["USERNAME": "ann", "PASSWORD": TestPool.password]))
    #expect(refused.name == "PasswordResetRequiredException")
    _ = try await pool.call(
      "ConfirmForgotPassword",
      [
        "ClientId": .string("app"), "Username": .string("ann"), "ConfirmationCode": .string(code),
        "Password": .string("An0ther-one!"),
      ])
    _ = try Tokens(try await signIn(pool, "ann", "An0ther-one!"))
    let without = try TestPool()
    #expect(
      try await without.refusal("AdminResetUserPassword", user()).message.hasPrefix(
        "Cannot reset password for the user"))
  }

  @Test func `an administrator vouches for an address, or a code is sent to it`() async throws {
    let pool = try TestPool(
      pool: ["auto_verified": .strings(["email"]), "verify_before_update": .strings(["email"])],
      user: ["attributes": .strings(["email": "old@example.org", "email_verified": "true"])])
    _ = try await pool.call(
      "AdminUpdateUserAttributes", user("ann", ["UserAttributes": attributes(["email": "new@example.org"])]))
    #expect(try await pool.user().attributes["email"] == "old@example.org")
    #expect(try #require(try pool.deliveries().last).text("destination") == "new@example.org")
    let vouched = attributes(["email": "new@example.org", "email_verified": "true"])
    _ = try await pool.call("AdminUpdateUserAttributes", user("ann", ["UserAttributes": vouched]))
    #expect(try await pool.user().attributes["email"] == "new@example.org")
    #expect(try await pool.user().attributes["email_verified"] == "true")
    #expect(try pool.deliveries().count == 1)
    let sub = try await pool.refusal(
      "AdminUpdateUserAttributes", user("ann", ["UserAttributes": attributes(["sub": "x"])]))
    #expect(sub.name == "InvalidParameterException")
    let required = try await pool.refusal(
      "AdminDeleteUserAttributes", user("ann", ["UserAttributeNames": .strings(["email"])]))
    #expect(required.message.contains("email: The attribute is required"))
  }

  @Test func `groups are in both tokens, the most important first, and their roles in the ID token`() async throws {
    let pool = try TestPool()
    for (name, precedence) in [("low", 9), ("high", 1)] {
      _ = try await pool.call(
        "CreateGroup",
        Self.named.merging([
          "GroupName": .string(name), "Precedence": .integer(precedence),
          "RoleArn": .string("arn:aws:iam::123456789012:role/\(name)"),
        ]) { $1 })
      _ = try await pool.call("AdminAddUserToGroup", user("ann", ["GroupName": .string(name)]))
    }
    let tokens = try await TestClient(pool: pool).tokens()
    #expect(try tokens.accessClaims()["cognito:groups"] == .strings(["high", "low"]))
    let claims = try tokens.idClaims()
    #expect(claims["cognito:groups"] == .strings(["high", "low"]))
    #expect(claims["cognito:preferred_role"] == .string("arn:aws:iam::123456789012:role/high"))
    #expect(claims["cognito:roles"]?.asArray?.count == 2)
    _ = try await pool.call("AdminRemoveUserFromGroup", user("ann", ["GroupName": .string("low")]))
    let groups = try await pool.call("AdminListGroupsForUser", user())
    #expect(groups["Groups"]?.asArray?.compactMap { $0["GroupName"]?.asString } == ["high"])
    let again = try await pool.refusal("CreateGroup", Self.named.merging(["GroupName": .string("high")]) { $1 })
    #expect(again.name == "GroupExistsException")
  }

  @Test func `a resource server's scopes are what clients may ask for`() async throws {
    let pool = try TestPool()
    let server: [String: JSON] = ["Identifier": .string("https://api"), "Name": .string("api")]
    let scopes = JSON.array([.strings(["ScopeName": "read", "ScopeDescription": "reads"])])
    _ = try await pool.call(
      "CreateResourceServer", Self.named.merging(server) { $1 }.merging(["Scopes": scopes]) { $1 })
    let client: [String: JSON] = ["ClientName": .string("c"), "AllowedOAuthScopes": .strings(["https://api/read"])]
    _ = try await pool.call("CreateUserPoolClient", Self.named.merging(client) { $1 })
    _ = try await pool.call("UpdateResourceServer", Self.named.merging(server) { $1 })
    let gone = try await pool.refusal("CreateUserPoolClient", Self.named.merging(client) { $1 })
    #expect(said(gone) == "400 ScopeDoesNotExistException: Invalid scope requested: https://api/read")
  }
}
