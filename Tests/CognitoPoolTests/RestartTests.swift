import Foundation
import Testing

@testable import CognitoPool

/// What administrators have made outlives the process, and no pool sees into another.
@Suite struct RestartTests {
  @Test func `nothing that was made is lost by a restart`() async throws {
    let folder = TestPool.freshFolder()
    defer { TestPool.remove(folder) }
    var made: [String: JSON] = [:]
    do {
      let pool = try TestPool(folder: folder)
      for (operation, members) in Self.furniture { _ = try await pool.call(operation, members) }
      made = try await Self.everything(pool)
    }
    #expect(try await Self.everything(try TestPool(folder: folder)) == made)
    #expect(made["GetGroup"]?["Group"]?["GroupName"] == .string("g"))
  }

  private static let named: [String: JSON] = ["UserPoolId": .string(TestPool.poolID)]
  private static let furniture: [(String, [String: JSON])] = [
    ("CreateUserPool", ["PoolName": .string("second")]),
    ("CreateUserPoolClient", named.merging(["ClientName": .string("c"), "GenerateSecret": .bool(true)]) { $1 }),
    ("AdminCreateUser", named.merging(["Username": .string("bea")]) { $1 }),
    ("CreateGroup", named.merging(["GroupName": .string("g")]) { $1 }),
    ("AdminAddUserToGroup", named.merging(["GroupName": .string("g"), "Username": .string("bea")]) { $1 }),
    ("CreateUserPoolDomain", named.merging(["Domain": .string("a-prefix")]) { $1 }),
    ("SetUICustomization", named.merging(["CSS": .string(".banner-customizable {}")]) { $1 }),
    ("CreateResourceServer", named.merging(["Identifier": .string("api"), "Name": .string("api")]) { $1 }),
    ("CreateIdentityPool", ["IdentityPoolName": .string("i"), "AllowUnauthenticatedIdentities": .bool(true)]),
  ]

  /// What the pool says of all of it.
  private static func everything(_ pool: TestPool) async throws -> [String: JSON] {
    var said: [String: JSON] = [:]
    for (operation, members) in [
      ("ListUserPools", ["MaxResults": JSON.integer(60)]), ("ListUserPoolClients", named), ("ListUsers", named),
      ("GetGroup", named.merging(["GroupName": .string("g")]) { $1 }), ("DescribeUserPool", named),
      ("ListUsersInGroup", named.merging(["GroupName": .string("g")]) { $1 }), ("GetUICustomization", named),
      ("ListResourceServers", named), ("ListIdentityPools", ["MaxResults": .integer(60)]),
    ] {
      said[operation] = .object(try await pool.call(operation, members))
    }
    return said
  }

  @Test func `credentials and identity tokens are known after a restart, and a deleted pool is not back`() async throws
  {
    let folder = TestPool.freshFolder()
    defer { TestPool.remove(folder) }
    let request: [String: JSON] = [
      "IdentityPoolName": .string("i"), "AllowUnauthenticatedIdentities": .bool(true), "AllowClassicFlow": .bool(true),
    ]
    let roles = JSON.strings(IdentityPoolTests.roles)
    var (token, key, session) = ("", "", "")
    do {
      let pool = try TestPool(folder: folder)
      let named = try await pool.call("CreateIdentityPool", request).filter { $0.key == "IdentityPoolId" }
      _ = try await pool.call("SetIdentityPoolRoles", named.merging(["Roles": roles]) { $1 })
      let identity = try await pool.call("GetId", named)
      token = try Vector(members: try await pool.call("GetOpenIdToken", identity)).text("Token")
      let answer = try await pool.call("GetCredentialsForIdentity", identity)
      let credentials = try Vector(members: answer).object("Credentials")
      (key, session) = (try credentials.text("AccessKeyId"), try credentials.text("SessionToken"))
      let gone = try await pool.call("CreateUserPool", ["PoolName": .string("gone")])["UserPool"]?["Id"]
      _ = try await pool.call("DeleteUserPool", ["UserPoolId": try #require(gone)])
      let other = try await pool.call("CreateIdentityPool", request).filter { $0.key == "IdentityPoolId" }
      _ = try await pool.call("DeleteIdentityPool", other)
    }
    let pool = try TestPool(folder: folder)
    #expect(try pool.service.credentials.open(id: key, token: session) != nil)
    _ = try await pool.call(
      "AssumeRoleWithWebIdentity",
      [
        "WebIdentityToken": .string(token), "RoleSessionName": .string("again"),
        "RoleArn": .string("arn:aws:iam::123456789012:role/guest"),
      ])
    #expect(await pool.service.userPools.count == 1)
    #expect(await pool.service.identityPools.count == 1)
  }

  @Test func `two pools with the same names never mix`() async throws {
    let pool = try TestPool()
    let second = try await pool.call("CreateUserPool", ["PoolName": .string(TestPool.poolID)])["UserPool"]?["Id"]
    let id = try #require(second?.asString)
    let named: [String: JSON] = ["UserPoolId": .string(id)]
    let made = try await pool.call(
      "CreateUserPoolClient",
      named.merging(["ClientName": .string("app"), "ExplicitAuthFlows": .strings(["ALLOW_USER_PASSWORD_AUTH"])]) { $1 })
    let client = TestClient(pool: pool, clientID: try #require(made["UserPoolClient"]?["ClientId"]?.asString))
    _ = try await pool.call("AdminCreateUser", named.merging(["Username": .string("ann")]) { $1 })
    _ = try await pool.call(
      "AdminSetUserPassword",
      named.merging([
        "Username": .string("ann"), "Password": .string("An0ther-one!"), "Permanent": .bool(true),
      ]) { $1 })
    // The password of the first pool's ann is none here, and the other way round.
    let sign = { (password: String) in
      client.initiate("USER_PASSWORD_AUTH", ["USERNAME": "ann", "PASSWORD": password])
    }
    let refused = try await pool.refusal("InitiateAuth", sign(TestPool.password))
    #expect(said(refused) == "400 NotAuthorizedException: Incorrect username or password.")
    let tokens = try Tokens(try await pool.call("InitiateAuth", sign("An0ther-one!")))
    #expect(try tokens.accessClaims()["iss"] == .string("http://127.0.0.1:1/\(id)"))
    _ = try await pool.call("AdminDeleteUser", named.merging(["Username": .string("ann")]) { $1 })
    _ = try await TestClient(pool: pool).tokens()
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(pool.folder.path)/user_pools")
    #expect(Set(files) == ["\(TestPool.poolID).json", "\(id).json"])
  }
}
