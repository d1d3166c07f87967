import Testing

@testable import CognitoPool

@Suite struct UserPoolAdministrationTests {
  private func create(_ pool: TestPool, _ members: [String: JSON] = [:]) async throws -> Vector {
    let answer = try await pool.call("CreateUserPool", ["PoolName": .string("made")].merging(members) { $1 })
    return try Vector(members: answer).object("UserPool")
  }

  private func describe(_ pool: TestPool, _ id: String) async throws -> [String: JSON] {
    let answer = try await pool.call("DescribeUserPool", ["UserPoolId": .string(id)])
    return try Vector(members: answer).object("UserPool").members
  }

  @Test func `a pool is made with AWS's defaults and described as it was made`() async throws {
    let pool = try TestPool()
    let made = try await create(pool)
    let id = try made.text("Id")
    #expect(id.hasPrefix("us-east-1_") && id.utf8.count == 19)
    #expect(try await describe(pool, id) == made.members)
    #expect(made.members["MfaConfiguration"] == .string("OFF"))
    #expect(made.members["UserPoolTier"] == .string("ESSENTIALS"))
    let policy = made.members["Policies"]?["PasswordPolicy"]
    #expect(policy?["MinimumLength"] == .integer(8))
    #expect(policy?["RequireSymbols"] == .bool(true))
    #expect(made.members["SchemaAttributes"]?.asArray?.count == 20)
    #expect(try await describe(pool, TestPool.poolID)["CreationDate"] == .number(TestPool.start))
  }

  @Test func `an update returns what it leaves out to its default, but the name`() async throws {
    let pool = try TestPool()
    let id = try await create(
      pool,
      [
        "AutoVerifiedAttributes": .strings(["email"]), "MfaConfiguration": .string("OPTIONAL"),
        "DeletionProtection": .string("ACTIVE"), "UserPoolTags": .strings(["a": "b"]),
        "Policies": .object(["PasswordPolicy": .object(["MinimumLength": .integer(20)])]),
        "UsernameConfiguration": .object(["CaseSensitive": .bool(false)]),
      ]
    ).text("Id")
    let before = try await describe(pool, id)
    #expect(before["UserPoolTags"] == .strings(["a": "b"]))
    #expect(before["Policies"]?["PasswordPolicy"]?["RequireNumbers"] == .bool(false))
    #expect(
      try await pool.call("UpdateUserPool", ["UserPoolId": .string(id), "UserPoolTags": .strings(["c": "d"])]) == [:])
    let after = try await describe(pool, id)
    #expect(after["Name"] == .string("made"))
    #expect(after["UserPoolTags"] == .strings(["c": "d"]))
    #expect(after["AutoVerifiedAttributes"] == nil)
    #expect(after["MfaConfiguration"] == .string("OFF"))
    #expect(after["DeletionProtection"] == .string("INACTIVE"))
    #expect(after["Policies"]?["PasswordPolicy"]?["MinimumLength"] == .integer(8))
    // What is given goes on top of what there would be without it.
    let closed = JSON.object(["AllowAdminCreateUserOnly": .bool(true)])
    _ = try await pool.call("UpdateUserPool", ["UserPoolId": .string(id), "AdminCreateUserConfig": closed])
    #expect(
      try await describe(pool, id)["AdminCreateUserConfig"]
        == .object(["AllowAdminCreateUserOnly": .bool(true), "UnusedAccountValidityDays": .integer(7)]))
    // What can't be changed stays.
    #expect(after["UsernameConfiguration"] == .object(["CaseSensitive": .bool(false)]))
  }

  @Test func `what the pool would not do it does not take`() async throws {
    let pool = try TestPool()
    let arn = JSON.string("arn:aws:lambda:us-east-1:123456789012:function:f")
    for (member, value) in [
      ("LambdaConfig", JSON.object(["PreSignUp": arn])),
      ("UserPoolAddOns", .strings(["AdvancedSecurityMode": "ENFORCED"])),
      ("VerificationMessageTemplate", .strings(["DefaultEmailOption": "CONFIRM_WITH_LINK"])),
      ("KeyConfiguration", .strings(["KeyType": "CUSTOMER_MANAGED_KEY"])),
      ("IssuerConfiguration", .strings(["Type": "UPDATED"])),
      ("Policies", .object(["PasswordPolicy": .object(["PasswordHistorySize": .integer(3)])])),
    ] {
      let error = try await pool.refusal("CreateUserPool", ["PoolName": .string("made"), member: value])
      #expect(error.name == "InvalidParameterException", "\(member)")
      #expect(error.message.hasPrefix("This local pool "), "\(member)")
    }
    let both = try await pool.refusal(
      "CreateUserPool",
      [
        "PoolName": .string("made"), "AliasAttributes": .strings(["email"]), "UsernameAttributes": .strings(["email"]),
      ])
    #expect(
      both.message == "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.")
  }

  @Test func `pools are listed page by page, each region's for itself`() async throws {
    let pool = try TestPool()
    var ids: Set<String> = [TestPool.poolID]
    for _ in 1...4 { ids.insert(try await create(pool).text("Id")) }
    var found: [String] = []
    var token: String?
    repeat {
      var members: [String: JSON] = ["MaxResults": .integer(2)]
      members["NextToken"] = token.map(JSON.string)
      let answer = try await pool.call("ListUserPools", members)
      let page = (answer["UserPools"]?.asArray ?? []).compactMap { $0["Id"]?.asString }
      #expect(page.count <= 2)
      found += page
      token = answer["NextToken"]?.asString
    } while token != nil
    #expect(Set(found) == ids && found.count == ids.count)
    let elsewhere = Caller.developer(region: "eu-west-1")
    let list = await pool.service.perform("ListUserPools", .object(["MaxResults": .integer(60)]), as: elsewhere)
    #expect(try list.result.get() == ["UserPools": .array([])])
    let describe = await pool.service.perform(
      "DescribeUserPool", .object(["UserPoolId": .string(TestPool.poolID)]), as: elsewhere)
    let error = #expect(throws: ServiceError.self) { try describe.result.get() }
    #expect(error.map(said) == "400 ResourceNotFoundException: User pool us-east-1_Test does not exist.")
    let bad = try await pool.refusal("ListUserPools", ["MaxResults": .integer(2), "NextToken": .string("%%")])
    #expect(bad.message == "Invalid pagination token given.")
  }

  @Test func `a protected pool and one with a domain are not deleted; a deleted one is gone with its users`()
    async throws
  {
    let pool = try TestPool()
    let id = try await create(pool, ["DeletionProtection": .string("ACTIVE")]).text("Id")
    let named: [String: JSON] = ["UserPoolId": .string(id)]
    #expect(
      try await pool.refusal("DeleteUserPool", named).message.hasPrefix("The user pool cannot be deleted because"))
    _ = try await pool.call("UpdateUserPool", named)
    let domain = named.merging(["Domain": .string("a-prefix")]) { $1 }
    _ = try await pool.call("CreateUserPoolDomain", domain)
    #expect(
      try await pool.refusal("DeleteUserPool", named).message
        == "User pool cannot be deleted. It has a domain configured that should be deleted first.")
    _ = try await pool.call("DeleteUserPoolDomain", domain)
    _ = try await pool.call("DeleteUserPool", named)
    #expect(
      said(try await pool.refusal("DescribeUserPool", named))
        == "400 ResourceNotFoundException: User pool \(id) does not exist.")
  }

  @Test func `a domain belongs to one pool, and an unknown one has an empty description`() async throws {
    let pool = try TestPool()
    let id = try await create(pool).text("Id")
    let domain: [String: JSON] = ["Domain": .string("a-prefix"), "UserPoolId": .string(TestPool.poolID)]
    _ = try await pool.call("CreateUserPoolDomain", domain)
    let described = try await pool.call("DescribeUserPoolDomain", ["Domain": .string("a-prefix")])
    #expect(described["DomainDescription"]?["UserPoolId"] == .string(TestPool.poolID))
    #expect(described["DomainDescription"]?["Status"] == .string("ACTIVE"))
    #expect(try await describe(pool, TestPool.poolID)["Domain"] == .string("a-prefix"))
    let taken = try await pool.refusal(
      "CreateUserPoolDomain", ["Domain": .string("a-prefix"), "UserPoolId": .string(id)])
    #expect(taken.message == "Domain already associated with another user pool.")
    let second = try await pool.refusal(
      "CreateUserPoolDomain", domain.merging(["Domain": .string("b-prefix")]) { $1 })
    #expect(second.message == "User pool already has a domain configured.")
    let reserved = try await pool.refusal(
      "CreateUserPoolDomain", ["Domain": .string("my-cognito"), "UserPoolId": .string(id)])
    #expect(reserved.message == "Domain cannot contain reserved word: cognito")
    let certificate = JSON.strings(["CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/c"])
    let misplaced = try await pool.refusal(
      "UpdateUserPoolDomain", domain.merging(["CustomDomainConfig": certificate]) { $1 })
    #expect(misplaced.message == "CustomDomainConfig can't be given for a domain that is a prefix.")
    #expect(
      try await pool.call("DescribeUserPoolDomain", ["Domain": .string("nobodys")])
        == ["DomainDescription": .object([:])])
  }

  @Test func `MFA is set apart from the pool, and an update leaves its factors alone`() async throws {
    let pool = try TestPool()
    let id = try await create(pool, ["MfaConfiguration": .string("OPTIONAL")]).text("Id")
    let named: [String: JSON] = ["UserPoolId": .string(id)]
    let before = try await pool.call("GetUserPoolMfaConfig", named)
    #expect(before["SoftwareTokenMfaConfiguration"] == .object(["Enabled": .bool(false)]))
    let without = try await pool.refusal(
      "SetUserPoolMfaConfig", named.merging(["MfaConfiguration": .string("ON")]) { $1 })
    #expect(without.name == "InvalidParameterException")
    let set: [String: JSON] = [
      "MfaConfiguration": .string("ON"), "SoftwareTokenMfaConfiguration": .object(["Enabled": .bool(true)]),
    ]
    #expect(try await pool.call("SetUserPoolMfaConfig", named.merging(set) { $1 }) == set)
    _ = try await pool.call("UpdateUserPool", named)
    let after = try await pool.call("GetUserPoolMfaConfig", named)
    #expect(after["MfaConfiguration"] == .string("OFF"))
    #expect(after["SoftwareTokenMfaConfiguration"] == .object(["Enabled": .bool(true)]))
  }

  @Test func `MFA is not demanded where nobody could have it; with SMS set up, they are the factor`() async throws {
    let pool = try TestPool()
    let on: [String: JSON] = ["MfaConfiguration": .string("ON")]
    let refused =
      "400 InvalidParameterException: SMS configuration and Auto verification for phone_number are required when MFA is "
      + "required/optional"
    #expect(said(try await pool.refusal("CreateUserPool", on.merging(["PoolName": .string("made")]) { $1 })) == refused)
    let id = try await create(pool).text("Id")
    let named: [String: JSON] = ["UserPoolId": .string(id)]
    #expect(said(try await pool.refusal("UpdateUserPool", named.merging(on) { $1 })) == refused)
    let sending = JSON.strings(["SnsCallerArn": "arn:aws:iam::123456789012:role/sms"])
    _ = try await pool.call("UpdateUserPool", named.merging(on) { $1 }.merging(["SmsConfiguration": sending]) { $1 })
    let configured = try await pool.call("GetUserPoolMfaConfig", named)
    #expect(configured["MfaConfiguration"] == .string("ON"))
    #expect(configured["SmsMfaConfiguration"] == .object(["SmsConfiguration": sending]))
    // What SetUserPoolMfaConfig has set is not put aside again.
    let authenticators = JSON.object(["Enabled": .bool(true)])
    _ = try await pool.call(
      "SetUserPoolMfaConfig",
      named.merging(on) { $1 }.merging(["SoftwareTokenMfaConfiguration": authenticators]) { $1 })
    _ = try await pool.call("UpdateUserPool", named.merging(on) { $1 }.merging(["SmsConfiguration": sending]) { $1 })
    #expect(try await pool.call("GetUserPoolMfaConfig", named)["SmsMfaConfiguration"] == nil)
  }

  @Test func `the pages' look needs a domain, and a client without one has everybody's`() async throws {
    let pool = try TestPool()
    let css: [String: JSON] = ["UserPoolId": .string(TestPool.poolID), "CSS": .string(".banner-customizable {}")]
    #expect(
      try await pool.refusal("SetUICustomization", css).message
        == "There has to be an existing domain associated with this user pool.")
    _ = try await pool.call(
      "CreateUserPoolDomain", ["Domain": .string("a-prefix"), "UserPoolId": .string(TestPool.poolID)])
    _ = try await pool.call("SetUICustomization", css)
    let asked: [String: JSON] = ["UserPoolId": .string(TestPool.poolID), "ClientId": .string("app")]
    let common = try await pool.call("GetUICustomization", asked)
    #expect(common["UICustomization"]?["ClientId"] == .string("ALL"))
    #expect(common["UICustomization"]?["CSS"] == css["CSS"])
    _ = try await pool.call("SetUICustomization", asked.merging(["CSS": .string(".label-customizable {}")]) { $1 })
    let own = try await pool.call("GetUICustomization", asked)
    #expect(own["UICustomization"]?["CSS"] == .string(".label-customizable {}"))
    for (member, value) in [
      ("CSS", "body { color: red; }"), ("CSS", ".label-customizable {} </style>"), ("CSS", ".label-customizable {"),
      ("CSS", "@import 'x'; .label-customizable {}"), ("ImageFile", "AAAA"),
    ] {
      let refused = try await pool.refusal("SetUICustomization", asked.merging([member: .string(value)]) { $1 })
      #expect(refused.message.hasPrefix("Invalid \(member == "CSS" ? "CSS" : "image"): "), "\(value)")
    }
    let styles = "/* a } */ .submitButton-customizable:hover, .label-customizable\n{ color: red; }\n"
    for (member, value) in [("CSS", styles), ("CSS", ""), ("ImageFile", "iVBORw0KGgo="), ("ImageFile", "/9j/4AAQ")] {
      _ = try await pool.call("SetUICustomization", asked.merging([member: .string(value)]) { $1 })
    }
    let nobody = try await pool.refusal("GetUICustomization", asked.merging(["ClientId": .string("nobody")]) { $1 })
    #expect(nobody.name == "ResourceNotFoundException")
  }

  @Test func `custom attributes are added once, and users have them from then on`() async throws {
    let pool = try TestPool()
    let named: [String: JSON] = ["UserPoolId": .string(TestPool.poolID)]
    let attribute = JSON.object([
      "Name": .string("team"), "AttributeDataType": .string("String"), "Mutable": .bool(true),
      "StringAttributeConstraints": .strings(["MinLength": "2", "MaxLength": "5"]),
    ])
    let add = named.merging(["CustomAttributes": .array([attribute])]) { $1 }
    _ = try await pool.call("AddCustomAttributes", add)
    #expect(try await pool.refusal("AddCustomAttributes", add).name == "InvalidParameterException")
    func set(_ value: String) -> [String: JSON] {
      named.merging([
        "Username": .string("ann"), "UserAttributes": .array([.strings(["Name": "custom:team", "Value": value])]),
      ]) { $1 }
    }
    _ = try await pool.call("AdminUpdateUserAttributes", set("blue"))
    #expect(try await pool.user().attributes["custom:team"] == "blue")
    for value in ["x", "yellow"] {
      let error = try await pool.refusal("AdminUpdateUserAttributes", set(value))
      #expect(error.message.hasPrefix("Attributes did not conform to the schema: custom:team: String must be"))
    }
  }
}
