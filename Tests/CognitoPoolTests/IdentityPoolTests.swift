import Testing

@testable import CognitoPool

@Suite struct IdentityPoolTests {
  static let provider = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Test"
  static let roles = [
    "authenticated": "arn:aws:iam::123456789012:role/in", "unauthenticated": "arn:aws:iam::123456789012:role/guest",
  ]

  /// A user pool, an identity pool that takes its client `app`, and roles for both kinds of identity.
  struct World {
    let pool: TestPool
    let id: String

    init(_ members: [String: JSON] = [:], check: Bool = true, roles: Bool = true, user: [String: JSON] = [:])
      async throws
    {
      pool = try TestPool(user: user)
      let provider = JSON.object([
        "ProviderName": .string(IdentityPoolTests.provider), "ClientId": .string("app"),
        "ServerSideTokenCheck": .bool(check),
      ])
      let request: [String: JSON] = [
        "IdentityPoolName": .string("made"), "AllowUnauthenticatedIdentities": .bool(true),
        "CognitoIdentityProviders": .array([provider]),
      ]
      let made = try await pool.call("CreateIdentityPool", request.merging(members) { $1 })
      id = try Vector(members: made).text("IdentityPoolId")
      guard roles else { return }
      _ = try await pool.call(
        "SetIdentityPoolRoles", ["IdentityPoolId": .string(id), "Roles": .strings(IdentityPoolTests.roles)])
    }

    func token() async throws -> String { try await TestClient(pool: pool).tokens().id }

    func request(_ identity: String, _ token: String?, name: String = provider) -> [String: JSON] {
      var members: [String: JSON] = ["IdentityId": .string(identity)]
      members["Logins"] = token.map { .strings([name: $0]) }
      return members
    }

    func identity(_ token: String? = nil, name: String = provider) async throws -> String {
      var members = request("", token, name: name)
      members["IdentityId"] = nil
      members["IdentityPoolId"] = .string(id)
      return try Vector(members: try await pool.call("GetId", members)).text("IdentityId")
    }

    func refusal(_ token: String, name: String = provider) async throws -> String {
      said(
        try await pool.refusal("GetId", ["IdentityPoolId": .string(id), "Logins": .strings([name: token])]))
    }

    func credentials(_ identity: String, _ token: String?) async throws -> Vector {
      try Vector(members: try await pool.call("GetCredentialsForIdentity", request(identity, token))).object(
        "Credentials")
    }
  }

  @Test func `each guest is somebody new, a login is always the same`() async throws {
    let world = try await World()
    #expect(try await world.identity() != world.identity())
    let first = try await world.identity(try await world.token())
    #expect(first.hasPrefix("us-east-1:"))
    #expect(try await world.identity(try await world.token()) == first)
    // By the local pool's own name it is the same login.
    #expect(try await world.identity(try await world.token(), name: "127.0.0.1:1/us-east-1_Test") == first)
    let closed = try await World(["AllowUnauthenticatedIdentities": .bool(false)])
    let error = try await closed.pool.refusal("GetId", ["IdentityPoolId": .string(closed.id)])
    #expect(
      said(error) == "400 NotAuthorizedException: Unauthenticated access is not supported for this identity pool.")
  }

  @Test func `the login token is really checked`() async throws {
    let world = try await World()
    let tokens = try await TestClient(pool: world.pool).tokens()
    let invalid = "400 NotAuthorizedException: Invalid login token. "
    #expect(try await world.refusal("nonsense") == invalid + "Not a valid OpenId Connect identity token.")
    #expect(try await world.refusal(tokens.access) == invalid + "Missing a required claim: aud")
    let parts = tokens.id.split(separator: ".").map(String.init)
    var signature = try #require(Base64URL.decode(parts[2]))
    signature[9] ^= 1
    let forged = "\(parts[0]).\(parts[1]).\(Base64URL.encode(signature))"
    #expect(try await world.refusal(forged) == invalid + "Couldn't verify signed token.")
    var claims = try tokens.idClaims()
    claims["iss"] = .string("https://example.org")
    let keys = try TestPool.keys.get()
    #expect(
      try await world.refusal(try JWT.sign(claims, with: keys.id)) == invalid + "Issuer doesn't match providerName")
    claims["iss"] = .string(TestPool.issuer)
    claims["aud"] = .string("another")
    let unsupported = "400 NotAuthorizedException: Token is not from a supported provider of this identity pool."
    #expect(try await world.refusal(try JWT.sign(claims, with: keys.id)) == unsupported)
    #expect(try await world.refusal(tokens.id, name: "accounts.google.com") == unsupported)
    world.pool.wait(3600)
    #expect(try await world.refusal(tokens.id).hasPrefix(invalid + "Token expired: "))
  }

  @Test func `where the pool asks the server, who has signed out gets nothing`() async throws {
    for check in [true, false] {
      let world = try await World(check: check)
      let tokens = try await TestClient(pool: world.pool).tokens()
      _ = try await world.pool.call("GlobalSignOut", ["AccessToken": .string(tokens.access)])
      if check {
        #expect(
          try await world.refusal(tokens.id) == "400 NotAuthorizedException: Invalid login token. Token is inactive")
      } else {
        _ = try await world.identity(tokens.id)
      }
    }
  }

  @Test func `credentials are recognisable, end with their time, and say who one is`() async throws {
    let world = try await World()
    let token = try await world.token()
    let made = try await world.credentials(try await world.identity(token), token)
    #expect(try made.text("AccessKeyId").hasPrefix(TemporaryCredentials.prefix))
    #expect(try made.text("AccessKeyId").utf8.count == 20 && made.text("SecretKey").utf8.count == 40)
    #expect(try made.number("Expiration") == Int(world.pool.now) + 3600)
    let credentials = world.pool.service.credentials
    let (key, secret) = (try made.text("AccessKeyId"), try made.text("SessionToken"))
    let opened = try #require(try credentials.open(id: key, token: secret))
    #expect(opened.secret == (try made.text("SecretKey")))
    #expect(opened.role.userARN == "arn:aws:sts::123456789012:assumed-role/in/CognitoIdentityCredentials")
    #expect(try credentials.open(id: key, token: secret + "A") == nil)
    #expect(try credentials.open(id: TemporaryCredentials.prefix + "AAAAAAA", token: secret) == nil)
    let other = try TestPool()
    #expect(try other.service.credentials.open(id: key, token: secret) == nil)
  }

  @Test func `a role may say who it is and nothing else`() async throws {
    let role = AssumedRole(
      arn: "arn:aws:iam::123456789012:role/path/in", session: "s", identityID: "i", expiresAt: TestPool.start + 1)
    let pool = try TestPool()
    let caller = Caller.role(role, region: "us-east-1")
    let who = try await pool.service.perform("GetCallerIdentity", .object([:]), as: caller).result.get()
    #expect(who["Arn"] == .string("arn:aws:sts::123456789012:assumed-role/in/s"))
    #expect(who["Account"] == .string("123456789012"))
    let list = await pool.service.perform("ListUserPools", .object(["MaxResults": .integer(1)]), as: caller)
    let error = #expect(throws: ServiceError.self) { try list.result.get() }
    #expect(error?.name == "AccessDeniedException")
    let nobody = await pool.service.perform("GetCallerIdentity", .object([:]))
    #expect(throws: ServiceError.unsigned) { try nobody.result.get() }
  }

  @Test func `a guest who signs in keeps the identity, or goes over to the one there is`() async throws {
    let world = try await World()
    let token = try await world.token()
    let guest = try await world.identity()
    let answer = try await world.pool.call("GetCredentialsForIdentity", world.request(guest, token))
    #expect(answer["IdentityId"] == .string(guest))
    #expect(try await world.identity(token) == guest)
    let second = try await world.identity()
    let merged = try await world.pool.call("GetCredentialsForIdentity", world.request(second, token))
    #expect(merged["IdentityId"] == .string(guest))
    let without = try await world.pool.refusal("GetCredentialsForIdentity", world.request(guest, nil))
    #expect(said(without) == "400 NotAuthorizedException: Access to Identity '\(guest)' is forbidden.")
  }

  @Test func `somebody else's identity is not given away`() async throws {
    let world = try await World()
    let mine = try await world.identity(try await world.token())
    _ = try await world.pool.call(
      "AdminCreateUser", ["UserPoolId": .string(TestPool.poolID), "Username": .string("bea")])
    _ = try await world.pool.call(
      "AdminSetUserPassword",
      [
        "UserPoolId": .string(TestPool.poolID), "Username": .string("bea"), "Permanent": .bool(true),
        "Password": .string(TestPool.password),
      ])
    let theirs = try await TestClient(pool: world.pool).tokens("bea").id
    let refused = try await world.pool.refusal("GetCredentialsForIdentity", world.request(mine, theirs))
    #expect(refused.message.hasPrefix("Logins don't match."))
    let gone = try await world.pool.refusal(
      "GetCredentialsForIdentity", world.request("us-east-1:00000000-0000-4000-8000-000000000001", theirs))
    #expect(said(gone).hasPrefix("400 ResourceNotFoundException: Identity 'us-east-1:"))
  }

  @Test func `without a role there are no credentials`() async throws {
    let world = try await World(roles: false)
    let error = try await world.pool.refusal(
      "GetCredentialsForIdentity", world.request(try await world.identity(), nil))
    #expect(error.name == "InvalidIdentityPoolConfigurationException")
  }

  @Test func `an unlinked login is free again`() async throws {
    let world = try await World()
    let token = try await world.token()
    let identity = try await world.identity(token)
    let described = try await world.pool.call("DescribeIdentity", ["IdentityId": .string(identity)])
    #expect(described["Logins"] == .strings([Self.provider]))
    _ = try await world.pool.call(
      "UnlinkIdentity",
      world.request(identity, token).merging(["LoginsToRemove": .strings([Self.provider])]) { $1 })
    #expect(try await world.identity(token) != identity)
  }

  @Test func `an update returns what it leaves out to its default`() async throws {
    let world = try await World(["AllowClassicFlow": .bool(true)])
    let named: [String: JSON] = ["IdentityPoolId": .string(world.id)]
    let updated = try await world.pool.call(
      "UpdateIdentityPool",
      named.merging(["IdentityPoolName": .string("other"), "AllowUnauthenticatedIdentities": .bool(false)]) { $1 })
    #expect(updated["AllowClassicFlow"] == .bool(false) && updated["CognitoIdentityProviders"] == nil)
    #expect(try await world.pool.call("DescribeIdentityPool", named) == updated)
    let roles = try await world.pool.call("GetIdentityPoolRoles", named)
    #expect(roles["Roles"] == .strings(Self.roles))
    _ = try await world.pool.call("DeleteIdentityPool", named)
    #expect(
      said(try await world.pool.refusal("DescribeIdentityPool", named))
        == "400 ResourceNotFoundException: IdentityPool '\(world.id)' not found.")
    for member in ["SupportedLoginProviders", "DeveloperProviderName"] {
      let value: JSON = member == "DeveloperProviderName" ? .string("d") : .strings(["accounts.google.com": "x"])
      let error = try await world.pool.refusal(
        "CreateIdentityPool",
        ["IdentityPoolName": .string("n"), "AllowUnauthenticatedIdentities": .bool(true), member: value])
      #expect(error.message.hasPrefix("This local pool takes logins of its user pools only"))
    }
  }

  @Test func `a mapping chooses the role by rules or by the user's groups`() async throws {
    let world = try await World(user: ["attributes": .strings(["email": "ann@example.org"])])
    let admin = "arn:aws:iam::123456789012:role/admin"
    let rule: JSON = .strings(["Claim": "email", "MatchType": "StartsWith", "Value": "ann", "RoleARN": admin])
    func map(_ mapping: [String: JSON]) async throws {
      _ = try await world.pool.call(
        "SetIdentityPoolRoles",
        [
          "IdentityPoolId": .string(world.id), "Roles": .strings(Self.roles),
          "RoleMappings": .object(["\(Self.provider):app": .object(mapping)]),
        ])
    }
    func role() async throws -> String {
      let token = try await world.token()
      let made = try await world.credentials(try await world.identity(token), token)
      let opened = try world.pool.service.credentials.open(
        id: try made.text("AccessKeyId"), token: try made.text("SessionToken"))
      return try #require(opened).role.arn
    }
    try await map(["Type": .string("Rules"), "RulesConfiguration": .object(["Rules": .array([rule])])])
    #expect(try await role() == admin)
    try await map(["Type": .string("Token"), "AmbiguousRoleResolution": .string("AuthenticatedRole")])
    #expect(try await role() == Self.roles["authenticated"])
    let group: [String: JSON] = ["UserPoolId": .string(TestPool.poolID), "GroupName": .string("g")]
    _ = try await world.pool.call(
      "CreateGroup", group.merging(["RoleArn": .string(admin), "Precedence": .integer(0)]) { $1 })
    _ = try await world.pool.call("AdminAddUserToGroup", group.merging(["Username": .string("ann")]) { $1 })
    #expect(try await role() == admin)
  }
}
