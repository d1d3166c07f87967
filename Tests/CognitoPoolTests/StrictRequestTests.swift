import Testing

@testable import CognitoPool

/// Every operation that is carried out is held to its model: the requests are made from the model, none by hand.
@Suite struct StrictRequestTests {
  static let operations = Operation.all.keys.sorted()

  private func maker(_ operation: String, _ known: [String: JSON] = [:]) throws -> RequestMaker {
    RequestMaker(model: try #require(try ServiceModels.bundled.get().service(of: operation)), known: known)
  }

  @Test(arguments: operations)
  func `a member that is unknown, missing, of another type or out of range is refused`(operation: String) async throws {
    let pool = try TestPool()
    let maker = try maker(operation)
    let (members, required) = try maker.input(operation)
    let valid = try maker.valid(operation)
    let unknown = try await pool.refusal(operation, valid.merging(["NoSuchMember": .string("x")]) { $1 })
    #expect(said(unknown) == "400 SerializationException: Unknown member: NoSuchMember")
    for member in required {
      let missing = try await pool.refusal(operation, try maker.valid(operation, besides: [member]))
      #expect(
        said(missing) == "400 InvalidParameterException: 1 validation error detected: Value null at "
          + "'\(Self.camel(member))' failed to satisfy constraint: Member must not be null")
    }
    for (member, shape) in members {
      let wrong = try await pool.refusal(operation, valid.merging([member: .array([.null])]) { $1 })
      #expect(wrong.name == "SerializationException", "\(member)")
      for broken in try maker.broken(shape) {
        let refused = try await pool.refusal(operation, valid.merging([member: broken.value]) { $1 })
        #expect(refused.name == "InvalidParameterException", "\(member)")
        #expect(refused.message.contains(" at '\(Self.camel(member))"), "\(refused.message)")
        #expect(refused.message.contains(broken.says), "\(refused.message)")
      }
    }
  }

  private static func camel(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }

  /// Valid requests about a pool that is there, with users, groups and identities.
  @Test(arguments: operations)
  func `a valid request is carried out, or refused with an exception that the operation has`(operation: String)
    async throws
  {
    let pool = try TestPool(
      pool: ["mfa": .string("OPTIONAL"), "auto_verified": .strings(["email"])],
      user: ["attributes": .strings(["email": "ann@example.org", "email_verified": "true"])])
    let maker = try maker(operation, try await Self.furnish(pool, for: operation))
    let described = try #require(maker.model.operations[operation])
    let request = try maker.valid(operation)
    switch await pool.service.perform(operation, .object(request), as: TestPool.developer).result {
    case .failure(let error):
      // STS declares its own exceptions only.
      let names = described.errors + ["AccessDenied", "InvalidIdentityToken"]
      #expect(names.contains(error.name), "\(said(error))")
      #expect(!error.message.contains("validation error"), "\(said(error))")
      #expect(Self.needMore.contains(operation), "\(said(error)) \(request)")
    case .success(let answer):
      #expect(!Self.needMore.contains(operation))
      guard let output = described.output else { return #expect(answer.isEmpty) }
      // The answer is held to its shape as a request would be.
      let shape = ServiceModel.Operation(
        name: operation, input: output, output: nil, authorization: "", errors: [])
      do {
        _ = try Validation.check(.object(answer), as: shape, of: maker.model)
      } catch let error as ServiceError where error.message.contains("'phone_number_verified'") {
        // One of AWS's own attributes has a longer name than AWS's own model allows.
      }
    }
  }

  /// What takes a code that was sent, a proof, or a state that a request from the model alone can't have.
  private static let needMore: Set = [
    "AdminConfirmSignUp", "AdminForgetDevice", "AdminRespondToAuthChallenge", "AdminUpdateDeviceStatus",
    "AssumeRoleWithWebIdentity", "ConfirmDevice", "ConfirmForgotPassword", "ConfirmSignUp",
    "DeleteWebAuthnCredential", "ForgetDevice", "GetDevice", "ResendConfirmationCode", "RespondToAuthChallenge",
    "UnlinkIdentity", "UpdateDeviceStatus", "VerifySoftwareToken", "VerifyUserAttribute",
  ]

  /// A world for requests to be about, and its names.
  private static func furnish(_ pool: TestPool, for operation: String) async throws -> [String: JSON] {
    let named: [String: JSON] = ["UserPoolId": .string(TestPool.poolID)]
    let furniture: [(String, [String: JSON])] = [
      ("CreateGroup", ["GroupName": .string("sample")]),
      ("CreateResourceServer", ["Identifier": .string("sample"), "Name": .string("sample")]),
      ("CreateUserPoolDomain", ["Domain": .string("sample")]),
    ]
    for (name, members) in furniture
    where name != operation && !(operation == "DeleteUserPool" && name.hasSuffix("Domain")) {
      _ = try await pool.call(name, named.merging(members) { $1 })
    }
    let tokens = try await TestClient(pool: pool).tokens()
    let isNew = operation == "SignUp" || operation == "AdminCreateUser"
    let flow = operation.hasPrefix("Admin") ? "ADMIN_USER_PASSWORD_AUTH" : "USER_PASSWORD_AUTH"
    let names = try await identities(pool)
    return names.merging([
      "UserPoolId": .string(TestPool.poolID), "ClientId": .string("app"), "AccessToken": .string(tokens.access),
      "Username": .string(isNew ? "new" : "ann"), "Password": .string(TestPool.password),
      "PreviousPassword": .string(TestPool.password), "ProposedPassword": .string("An0ther-Password"),
      "AuthFlow": .string(flow), "AuthParameters": .strings(["USERNAME": "ann", "PASSWORD": TestPool.password]),
      "RefreshToken": .string(try tokens.refreshToken()), "Token": .string(try tokens.refreshToken()),
      "AttributeName": .string("email"), "UserAttributeNames": .strings(["nickname"]),
      "UserAttributes": .array([.strings(["Name": "email", "Value": "new@example.org"])]), "MFAOptions": .array([]),
      "CustomAttributes": .array([.strings(["Name": "team", "AttributeDataType": "String"])]),
      "CSS": .string(".a {}"),
    ]) { $1 }
  }

  private static func identities(_ pool: TestPool) async throws -> [String: JSON] {
    let made = try await pool.call(
      "CreateIdentityPool",
      [
        "IdentityPoolName": .string("sample"), "AllowUnauthenticatedIdentities": .bool(true),
        "AllowClassicFlow": .bool(true),
      ])
    let named = made.filter { $0.key == "IdentityPoolId" }
    let roles = JSON.strings(["unauthenticated": "arn:aws:iam::123456789012:role/guest"])
    _ = try await pool.call("SetIdentityPoolRoles", named.merging(["Roles": roles]) { $1 })
    return named.merging(try await pool.call("GetId", named)) { $1 }
  }
}
