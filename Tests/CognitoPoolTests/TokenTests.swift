import Testing

@testable import CognitoPool

@Suite struct TokenTests {
  @Test func `each token is signed by its own published key, and no bit of it can change`() async throws {
    let pool = try TestPool()
    let tokens = try await TestClient(pool: pool).tokens()
    let keys = try PublicKey.all(KeySet.jwks(try #require(await pool.service.userPools[TestPool.poolID]).keys))
    #expect(keys.count == 2)
    for token in [tokens.access, tokens.id] {
      let kid = try Tokens.kid(token)
      for key in keys { #expect(try key.verifies(token) == (key.kid == kid)) }
      let key = try #require(keys.first { $0.kid == kid })
      var characters = Array(token)
      let middle = characters.count / 2
      characters[middle] = characters[middle] == "A" ? "B" : "A"
      #expect(try !key.verifies(String(characters)))
    }
    #expect(try Tokens.kid(tokens.access) != Tokens.kid(tokens.id))
  }

  @Test func `the claims are those of an API sign-in`() async throws {
    let pool = try TestPool(
      client: ["access_token_seconds": .integer(60), "id_token_seconds": .integer(120)],
      user: ["attributes": .strings(["email": "ann@example.org", "email_verified": "true", "custom:team": "7"])])
    pool.wait(0.7)
    let tokens = try await TestClient(pool: pool).tokens()
    let (access, id) = (try tokens.accessClaims(), try tokens.idClaims())
    let now = Int(TestPool.start)
    let common: [String: JSON] = [
      "iss": .string(TestPool.issuer), "auth_time": .integer(now), "iat": .integer(now),
    ]
    for (name, value) in common {
      #expect(access[name] == value)
      #expect(id[name] == value)
    }
    let ofAccess: [String: JSON] = [
      "token_use": .string("access"), "client_id": .string("app"), "username": .string("ann"),
      "scope": .string("aws.cognito.signin.user.admin"), "exp": .integer(now + 60),
    ]
    for (name, value) in ofAccess { #expect(access[name] == value) }
    let ofID: [String: JSON] = [
      "token_use": .string("id"), "aud": .string("app"), "cognito:username": .string("ann"),
      "email": .string("ann@example.org"), "email_verified": .bool(true), "custom:team": .string("7"),
      "exp": .integer(now + 120),
    ]
    for (name, value) in ofID { #expect(id[name] == value) }
    for shared in ["sub", "origin_jti", "event_id"] {
      #expect(access[shared]?.asString?.utf8.count == 36)
      #expect(access[shared] == id[shared])
    }
    #expect(access["jti"] != id["jti"])
    #expect(access["aud"] == nil)
    #expect(id["scope"] == nil)
  }

  @Test func `after a rotation of keys new tokens have new ones, and the former are still published`() async throws {
    let pool = try TestPool()
    let before = try await TestClient(pool: pool).tokens()
    try await pool.service.change(TestPool.poolID) { pool in
      pool.keys.rotate(to: try PoolKeys(random: SystemRandomSource()))
    }
    let after = try await TestClient(pool: pool).tokens()
    let keys = try PublicKey.all(KeySet.jwks(try #require(await pool.service.userPools[TestPool.poolID]).keys))
    #expect(keys.count == 4)
    #expect(try Tokens.kid(before.access) != Tokens.kid(after.access))
    for token in [before.access, before.id, after.access, after.id] {
      let kid = try Tokens.kid(token)
      let key = try #require(keys.first { $0.kid == kid })
      #expect(try key.verifies(token))
    }
    for token in [before.access, after.access] {
      try await pool.call("GetUser", ["AccessToken": .string(token)])
    }
  }

  @Test func `a user's attributes and factors are told to the user's token`() async throws {
    let pool = try TestPool(user: [
      "totp_secret": .string(TestPool.totpSecret), "preferred_mfa": .string("SOFTWARE_TOKEN_MFA"),
      "attributes": .strings(["name": "Ann"]),
    ])
    let tokens = try await TestClient(pool: pool).tokens()
    let answer = try await pool.call("GetUser", ["AccessToken": .string(tokens.access)])
    #expect(answer["PreferredMfaSetting"] == .string("SOFTWARE_TOKEN_MFA"))
    #expect(answer["UserMFASettingList"] == .strings(["SOFTWARE_TOKEN_MFA"]))
    let attributes = answer["UserAttributes"]?.asArray ?? []
    #expect(attributes.first == .strings(["Name": "name", "Value": "Ann"]))
    #expect(attributes.count == 2)
  }
}
