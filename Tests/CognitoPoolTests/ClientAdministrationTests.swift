import Testing

@testable import CognitoPool

@Suite struct ClientAdministrationTests {
  private static let named: [String: JSON] = ["UserPoolId": .string(TestPool.poolID)]

  private func request(_ members: [String: JSON]) -> [String: JSON] {
    Self.named.merging(["ClientName": .string("made")]) { $1 }.merging(members) { $1 }
  }

  private func create(_ pool: TestPool, _ members: [String: JSON] = [:]) async throws -> Vector {
    try Vector(members: try await pool.call("CreateUserPoolClient", request(members))).object("UserPoolClient")
  }

  @Test func `a client without anything has the default flows and lifetimes`() async throws {
    let pool = try TestPool()
    let made = try await create(pool)
    let id = try made.text("ClientId")
    #expect(id.utf8.count == 26)
    #expect(made.members["ClientSecret"] == nil)
    let client = try #require(await pool.service.userPools[TestPool.poolID]?.clients[id])
    #expect(client.flows == [.userSRP, .refreshToken, .custom])
    #expect(client.accessTokenSeconds == 3600 && client.refreshTokenSeconds == 30 * 86400)
    #expect(client.sessionSeconds == 180)
  }

  @Test func `a secret is made, kept over an update, and wanted at sign-in`() async throws {
    let pool = try TestPool()
    let made = try await create(
      pool, ["GenerateSecret": .bool(true), "ExplicitAuthFlows": .strings(["ALLOW_USER_PASSWORD_AUTH"])])
    let (id, secret) = (try made.text("ClientId"), try made.text("ClientSecret"))
    #expect(secret.utf8.count == 52)
    let updated = try await pool.call(
      "UpdateUserPoolClient",
      Self.named.merging(["ClientId": .string(id), "ExplicitAuthFlows": .strings(["ALLOW_USER_PASSWORD_AUTH"])]) { $1 })
    #expect(updated["UserPoolClient"]?["ClientSecret"] == .string(secret))
    #expect(updated["UserPoolClient"]?["ClientName"] == .string("made"))
    let bare = TestClient(pool: pool, clientID: id)
    let sign = ["USERNAME": "ann", "PASSWORD": TestPool.password]
    let refused = try await pool.refusal("InitiateAuth", bare.initiate("USER_PASSWORD_AUTH", sign))
    #expect(refused.message == "Client \(id) is configured with secret but SECRET_HASH was not received")
    let hash = try AppClient.secretHash(name: "ann", clientID: id, secret: secret)
    _ = try Tokens(
      try await pool.call(
        "InitiateAuth", bare.initiate("USER_PASSWORD_AUTH", sign.merging(["SECRET_HASH": hash]) { $1 })))
  }

  @Test func `units give lifetimes their meaning, and their range is AWS's`() async throws {
    let pool = try TestPool()
    let made = try await create(
      pool,
      [
        "AccessTokenValidity": .integer(10), "IdTokenValidity": .integer(2), "RefreshTokenValidity": .integer(90),
        "TokenValidityUnits": .strings(["AccessToken": "minutes", "RefreshToken": "minutes"]),
        "AuthSessionValidity": .integer(5),
      ].merging(["IdTokenValidity": .integer(1)]) { $1 })
    let client = try #require(await pool.service.userPools[TestPool.poolID]?.clients[try made.text("ClientId")])
    #expect(client.accessTokenSeconds == 600 && client.idTokenSeconds == 3600)
    #expect(client.refreshTokenSeconds == 5400 && client.sessionSeconds == 300)
    for wrong in [
      ["AccessTokenValidity": JSON.integer(4), "TokenValidityUnits": .strings(["AccessToken": "minutes"])],
      ["AccessTokenValidity": .integer(25)], ["IdTokenValidity": .integer(86400)],
      ["RefreshTokenValidity": .integer(3651)],
      ["RefreshTokenValidity": .integer(59), "TokenValidityUnits": .strings(["RefreshToken": "minutes"])],
    ] {
      let error = try await pool.refusal("CreateUserPoolClient", request(wrong))
      #expect(said(error) == "400 InvalidParameterException: Invalid range for token validity.", "\(wrong)")
    }
  }

  @Test(
    arguments: [
      (["CallbackURLs": JSON.strings(["http://example.org/x"])], "http://example.org/x cannot use the HTTP protocol."),
      (["CallbackURLs": .strings(["https://example.org/#x"])], "https://example.org/#x cannot contain a fragment."),
      (["CallbackURLs": .strings(["nonsense"])], "nonsense is not a valid URL."),
      (["DefaultRedirectURI": .string("https://example.org/")], "DefaultRedirectURI must be one of CallbackURLs."),
      (
        ["SupportedIdentityProviders": .strings(["Google"])],
        "The provider Google does not exist for User Pool us-east-1_Test."
      ), (["AllowedOAuthScopes": .strings(["api/read"])], "Invalid scope requested: api/read"),
      (
        ["AllowedOAuthFlowsUserPoolClient": .bool(true)],
        "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."
      ),
      (
        ["AllowedOAuthFlows": .strings(["client_credentials"])],
        "client_credentials flow can not be selected if client does not have a client secret."
      ), (["AllowedOAuthFlows": .strings(["code"])], "CallbackURLs are required with the code and implicit flows."),
      (["ReadAttributes": .strings(["custom:none"])], "Invalid read attributes specified while creating a client"),
      (["WriteAttributes": .strings(["sub"])], "Invalid write attributes specified while creating a client"),
      (
        ["ExplicitAuthFlows": .strings(["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"])],
        "ExplicitAuthFlows can't have names with and without the prefix ALLOW_ at the same time."
      ),
      (
        [
          "ExplicitAuthFlows": .strings(["ALLOW_REFRESH_TOKEN_AUTH"]),
          "RefreshTokenRotation": .strings(["Feature": "ENABLED"]),
        ], "Refresh token rotation can't be enabled together with ALLOW_REFRESH_TOKEN_AUTH."
      ),
    ] as [([String: JSON], String)])
  func `a client that makes no sense is refused`(_ members: [String: JSON], _ message: String) async throws {
    #expect(try await TestPool().refusal("CreateUserPoolClient", request(members)).message == message)
  }

  @Test func `addresses on this machine and apps' own schemes are taken`() async throws {
    let urls = JSON.strings(["http://127.0.0.1:8400/cb", "http://[::1]:8400/cb", "http://localhost/", "myapp://x"])
    #expect(try await create(try TestPool(), ["CallbackURLs": urls]).members["CallbackURLs"] == urls)
  }

  @Test func `an update takes away what it leaves out, a deletion the client and its sign-ins`() async throws {
    let pool = try TestPool()
    let tokens = try await TestClient(pool: pool).tokens()
    let app = Self.named.merging(["ClientId": .string("app")]) { $1 }
    _ = try await pool.call("UpdateUserPoolClient", app.merging(["CallbackURLs": .strings(["https://a/"])]) { $1 })
    let updated = try await pool.call("UpdateUserPoolClient", app)
    #expect(updated["UserPoolClient"]?["CallbackURLs"] == nil)
    #expect(try await pool.call("DescribeUserPoolClient", app) == updated)
    _ = try await pool.call("DeleteUserPoolClient", app)
    let gone = "400 ResourceNotFoundException: User pool client app does not exist."
    #expect(said(try await pool.refusal("DescribeUserPoolClient", app)) == gone)
    #expect(said(try await pool.refusal("DeleteUserPoolClient", app)) == gone)
    let user = try await pool.refusal("GetUser", ["AccessToken": .string(tokens.access)])
    #expect(user.message == "Invalid Access Token")
    #expect(try await pool.call("ListUserPoolClients", Self.named) == ["UserPoolClients": .array([])])
  }

  @Test func `a client may read and write only the attributes that it lists`() async throws {
    let pool = try TestPool(user: ["attributes": .strings(["email": "ann@example.org", "name": "Ann"])])
    _ = try await pool.call(
      "UpdateUserPoolClient",
      Self.named.merging([
        "ClientId": .string("app"), "ReadAttributes": .strings(["email"]), "WriteAttributes": .strings(["nickname"]),
      ]) { $1 })
    let tokens = try await TestClient(pool: pool).tokens()
    #expect(try tokens.idClaims()["email"] == .string("ann@example.org"))
    #expect(try tokens.idClaims()["name"] == nil)
    let user = try await pool.call("GetUser", ["AccessToken": .string(tokens.access)])
    #expect(user["UserAttributes"]?.asArray?.compactMap { $0["Name"]?.asString } == ["email", "sub"])
    func set(_ name: String) -> [String: JSON] {
      [
        "AccessToken": .string(tokens.access),
        "UserAttributes": .array([.strings(["Name": name, "Value": "Ann"])]),
      ]
    }
    _ = try await pool.call("UpdateUserAttributes", set("nickname"))
    #expect(
      said(try await pool.refusal("UpdateUserAttributes", set("name")))
        == "400 NotAuthorizedException: A client attempted to write unauthorized attribute")
  }

  @Test func `a client without token revocation says so`() async throws {
    let pool = try TestPool()
    let tokens = try await TestClient(pool: pool).tokens()
    _ = try await pool.call(
      "UpdateUserPoolClient",
      Self.named.merging(["ClientId": .string("app"), "EnableTokenRevocation": .bool(false)]) { $1 })
    let error = try await pool.refusal(
      "RevokeToken", ["ClientId": .string("app"), "Token": .string(try tokens.refreshToken())])
    #expect(error.name == "UnsupportedOperationException")
  }
}
