import Testing

@testable import CognitoPool

/// A pool in the state that an operation needs to be carried out, and the values that its request must have for that.
struct SampleWorld {
  let pool: TestPool
  private let operation: String
  private static let roles = ["authenticated", "unauthenticated"].map { ($0, "arn:aws:iam::123456789012:role/\($0)") }
  private static let login = "cognito-idp.us-east-1.amazonaws.com/\(TestPool.poolID)"

  init(for operation: String) throws {
    self.operation = operation
    pool = try TestPool(
      pool: [
        "mfa": .string("OPTIONAL"), "auto_verified": .strings(["email"]),
        "device_tracking": .string(operation.contains("Device") ? "always" : "off"),
      ],
      user: [
        "attributes": .strings(["email": "ann@example.org", "email_verified": "true"]),
        "passkeys": .array([.strings(["id": "sample", "name": "sample"])]),
      ])
  }

  private var client: TestClient { TestClient(pool: pool) }
  private var poolID: [String: JSON] { ["UserPoolId": .string(TestPool.poolID)] }

  /// By member name; what is not here the shapes say.
  func values() async throws -> [String: JSON] {
    try await furnish()
    let signedIn = try await client.signIn()
    let tokens = try Tokens(signedIn)
    let common: [String: JSON] = [
      "ClientId": .string("app"), "AccessToken": .string(tokens.access), "Username": .string("ann"),
      "Password": .string(TestPool.password), "PreviousPassword": .string(TestPool.password),
      "ProposedPassword": .string("An0ther-Password"), "AuthParameters": credentials,
      "AuthFlow": .string(operation.hasPrefix("Admin") ? "ADMIN_USER_PASSWORD_AUTH" : "USER_PASSWORD_AUTH"),
      "RefreshToken": .string(try tokens.refreshToken()), "Token": .string(try tokens.refreshToken()),
      "AttributeName": .string("email"), "UserAttributeNames": .strings(["nickname"]),
      "UserAttributes": .array([.strings(["Name": "email", "Value": "new@example.org"])]), "MFAOptions": .array([]),
      "CustomAttributes": .array([.strings(["Name": "team", "AttributeDataType": "String"])]),
      "CSS": .string(".banner-customizable {}"), "CredentialId": .string("sample"),
    ]
    let identities = try await identities()
    return common.merging(poolID) { $1 }.merging(identities) { $1 }
      .merging(try await special(signedIn, tokens, identities)) { $1 }
  }

  private var credentials: JSON { .strings(["USERNAME": "ann", "PASSWORD": TestPool.password]) }

  /// What there is besides a user, unless the operation makes it or must not find it.
  private func furnish() async throws {
    for (name, members) in [
      ("CreateGroup", ["GroupName": "sample"]), ("CreateResourceServer", ["Identifier": "sample", "Name": "sample"]),
      ("CreateUserPoolDomain", ["Domain": "sample"]),
    ] where name != operation && !(operation == "DeleteUserPool" && name.hasSuffix("Domain")) {
      _ = try await pool.call(name, poolID.merging(members.mapValues(JSON.string)) { $1 })
    }
  }

  /// An identity pool with a guest.
  private func identities() async throws -> [String: JSON] {
    let made = try await pool.call(
      "CreateIdentityPool",
      [
        "IdentityPoolName": .string("sample"), "AllowUnauthenticatedIdentities": .bool(true),
        "AllowClassicFlow": .bool(true),
        "CognitoIdentityProviders": .array([.strings(["ProviderName": Self.login, "ClientId": "app"])]),
      ])
    let named = made.filter { $0.key == "IdentityPoolId" }
    let roles = JSON.strings(Dictionary(uniqueKeysWithValues: Self.roles))
    _ = try await pool.call("SetIdentityPoolRoles", named.merging(["Roles": roles]) { $1 })
    let guest = try await pool.call("GetId", named)
    return named.merging(guest) { $1 }.merging(["IdentityIdsToDelete": .array(Array(guest.values))]) { $1 }
  }

  /// The codes, proofs and states that a single operation is about.
  private func special(
    _ signedIn: [String: JSON], _ tokens: Tokens, _ identities: [String: JSON]
  ) async throws -> [String: JSON] {
    switch operation {
    case "AdminCreateUser", "SignUp": return ["Username": .string("new")]
    case "AdminConfirmSignUp", "ConfirmSignUp", "ResendConfirmationCode": return try await signUp()
    case "ConfirmForgotPassword":
      _ = try await pool.call("ForgotPassword", ["ClientId": .string("app"), "Username": .string("ann")])
      return ["ConfirmationCode": .string(try pool.sentCode("forgot_password"))]
    case "VerifyUserAttribute":
      _ = try await pool.call(
        "GetUserAttributeVerificationCode", ["AccessToken": .string(tokens.access), "AttributeName": .string("email")])
      return ["Code": .string(try pool.sentCode("verify_email"))]
    case "VerifySoftwareToken":
      let made = try await pool.call("AssociateSoftwareToken", ["AccessToken": .string(tokens.access)])
      let secret = try #require(Base32.decode(try Vector(members: made).text("SecretCode")))
      return ["UserCode": .string(try TOTP.code(secret: secret, step: TOTP.step(at: pool.now)))]
    case "AdminRespondToAuthChallenge", "RespondToAuthChallenge":
      let (responses, session) = try await client.prepareSRP()
      return [
        "ChallengeName": .string("PASSWORD_VERIFIER"), "Session": .string(session),
        "ChallengeResponses": .strings(responses),
      ]
    case "AssumeRoleWithWebIdentity":
      let token = try await pool.call("GetOpenIdToken", identities.filter { $0.key == "IdentityId" })
      return ["WebIdentityToken": token["Token"] ?? .null, "RoleArn": .string(Self.roles[1].1)]
    case "UnlinkIdentity":
      let logins: [String: JSON] = ["Logins": .strings([Self.login: tokens.id])]
      let linked = try await pool.call("GetId", identities.filter { $0.key == "IdentityPoolId" }.merging(logins) { $1 })
      return logins.merging(linked) { $1 }.merging(["LoginsToRemove": .strings([Self.login])]) { $1 }
    case _ where operation.contains("Device"): return try await device(signedIn, tokens)
    default: return [:]
    }
  }

  private func signUp() async throws -> [String: JSON] {
    let name: [String: JSON] = ["Username": .string("new")]
    let email = JSON.array([.strings(["Name": "email", "Value": "new@example.org"])])
    _ = try await pool.call(
      "SignUp",
      name.merging([
        "ClientId": .string("app"), "Password": .string(TestPool.password), "UserAttributes": email,
      ]) { $1 })
    return name.merging(["ConfirmationCode": .string(try pool.sentCode("sign_up"))]) { $1 }
  }

  /// The device of the sign-in, confirmed unless that is what the operation does.
  private func device(_ signedIn: [String: JSON], _ tokens: Tokens) async throws -> [String: JSON] {
    let confirmation = try TestDevice(signedIn).confirmation(tokens.access)
    if operation != "ConfirmDevice" { _ = try await pool.call("ConfirmDevice", confirmation) }
    return confirmation
  }
}
