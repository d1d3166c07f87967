import SessionModel
import Synchronization
import Testing
import WireJSON

@testable import AuthFlows

@Suite("Account operations")
struct AccountTests {
  private let token = Secret(copyingUTF8: "ACCESS")
  private let code = Secret(copyingUTF8: "123456")
  private let password = Secret(copyingUTF8: "Pässwörd-1")

  /// Every call once, each after an answer that will do.
  private func callAll(_ client: CognitoClient) async throws {
    _ = try await client.signUp(username: "u+1@x", password: password, attributes: ["email": "u@x", "name": "U"])
    try await client.confirmSignUp(username: "u+1@x", code: code)
    _ = try await client.resendConfirmationCode(username: "u+1@x")
    _ = try await client.forgotPassword(username: "u+1@x")
    try await client.confirmForgotPassword(username: "u+1@x", code: code, newPassword: password)
    _ = try await client.user(accessToken: token)
    try await client.changePassword(accessToken: token, old: password, new: password)
    _ = try await client.updateAttributes(accessToken: token, ["name": "N"])
    try await client.deleteAttributes(accessToken: token, ["name"])
    _ = try await client.sendVerificationCode(accessToken: token, attribute: "email")
    try await client.verifyAttribute(accessToken: token, attribute: "email", code: code)
    try await client.setMFA(
      accessToken: token, MFASettings(methods: ["SMS_MFA", "EMAIL_OTP"], preferred: "SMS_MFA"),
      changing: MFAMethod.allCases)
    _ = try await client.associateSoftwareToken(accessToken: token, accountName: "u")
    try await client.verifySoftwareToken(accessToken: token, code: code, deviceName: "phone")
    _ = try await client.devices(accessToken: token)
    try await client.setDevice(accessToken: token, key: "k", isRemembered: true)
    try await client.forgetDevice(accessToken: token, key: "k")
    _ = try await client.passkeys(accessToken: token)
    try await client.deletePasskey(accessToken: token, id: "p")
    try await client.deleteUser(accessToken: token)
  }

  private static let beforeSignIn: Set<String> = [
    "SignUp", "ConfirmSignUp", "ResendConfirmationCode", "ForgotPassword", "ConfirmForgotPassword",
  ]

  @Test("each request has only members that the API model knows, and those that it requires; the hash where it belongs")
  func shapes() async throws {
    let pool = try Pool()
    let answer: ScriptedTransport.Answer = { request in
      switch request.operation {
      case "SignUp": .ok(["UserConfirmed": false])
      case "GetUser": .ok(["Username": "u"])
      case "AssociateSoftwareToken": .ok(["SecretCode": "JBSWY3DPEHPK3PXP"])
      case "VerifySoftwareToken": .ok(["Status": "SUCCESS"])
      default: .ok([:])
      }
    }
    let transport = ScriptedTransport([ScriptedTransport.Answer](repeating: answer, count: 20))
    try await callAll(pool.client(transport, secret: "the-secret"))
    #expect(transport.isFinished)
    let operations = try #require(try Fixture.json("cognito-idp-operations.json")["operations"])
    let hash = try SecretHash.make(
      name: "u+1@x", clientID: pool.settings.clientID, clientSecret: Secret(copyingUTF8: "the-secret"))
    for sent in transport.requests {
      let shape = try #require(operations[sent.operation])
      func names(_ list: String) -> Set<String> { Set(shape[list]?.array?.compactMap(\.string) ?? []) }
      let members = Set(sent.body.object?.map(\.name) ?? [])
      #expect(members.isSuperset(of: names("input_required")), "\(sent.operation)")
      #expect(members.isSubset(of: names("input_required").union(names("input_optional"))), "\(sent.operation)")
      if Self.beforeSignIn.contains(sent.operation) {
        #expect(sent.body["Username"] == "u+1@x")
        #expect(sent.body["SecretHash"]?.string == hash.revealString())
        #expect(sent.body["AccessToken"] == nil)
      } else {
        #expect(sent.body["AccessToken"] == "ACCESS", "\(sent.operation)")
        #expect(sent.body["SecretHash"] == nil, "\(sent.operation)")
      }
    }
    let preference = transport.requests.first { $0.operation == "SetUserMFAPreference" }?.body
    #expect(preference?["SMSMfaSettings"] == ["Enabled": true, "PreferredMfa": true])
    #expect(preference?["EmailMfaSettings"] == ["Enabled": true, "PreferredMfa": false])
    #expect(preference?["SoftwareTokenMfaSettings"] == ["Enabled": false, "PreferredMfa": false])
  }

  private func client(_ answers: ScriptedTransport.Reply...) throws -> CognitoClient {
    try Pool().client(ScriptedTransport(answers.map { reply in { _ in reply } }))
  }

  private let details: JSONValue = [
    "Destination": "u***@x***", "DeliveryMedium": "EMAIL", "AttributeName": "email", "More": 1,
  ]
  private let delivery = CodeDelivery(medium: "EMAIL", destination: "u***@x***", attribute: "email")

  @Test("where a code went is read wherever it stands, and may be left out")
  func deliveries() async throws {
    let signedUp = try await client(
      .ok(["UserConfirmed": false, "UserSub": "s", "CodeDeliveryDetails": details, "Session": "x"])
    ).signUp(username: "u", password: nil, attributes: [:])
    #expect(signedUp == SignedUp(isConfirmed: false, subject: "s", delivery: delivery))
    let sent = try await client(.ok(["CodeDeliveryDetails": details])).forgotPassword(username: "u")
    #expect(sent == delivery)
    #expect(try await client(.ok([:])).forgotPassword(username: "u") == nil)
    #expect(try await client(.ok(["CodeDeliveryDetails": nil])).resendConfirmationCode(username: "u") == nil)
    let list = try await client(.ok(["CodeDeliveryDetailsList": [details, [:]]]))
      .updateAttributes(accessToken: token, ["a": "b"])
    #expect(list == [delivery])
  }

  @Test("the account is read with its attributes and factors")
  func user() async throws {
    let account = try await client(
      .ok([
        "Username": "u", "UserAttributes": [["Name": "sub", "Value": "s"], ["Name": "email"]],
        "PreferredMfaSetting": "SMS_MFA", "UserMFASettingList": ["SMS_MFA", "NEW_MFA"], "MFAOptions": [],
      ])
    ).user(accessToken: token)
    let mfa = MFASettings(methods: ["SMS_MFA", "NEW_MFA"], preferred: "SMS_MFA")
    #expect(account == Account(username: "u", attributes: ["sub": "s", "email": ""], mfa: mfa))
  }

  @Test("an account that says no name, or a sign-up that does not say how it ended, is no answer")
  func unusable() async throws {
    await #expect(throws: ProviderFailure.self) { try await client(.ok([:])).user(accessToken: token) }
    await #expect(throws: ProviderFailure.self) {
      try await client(.ok([:])).signUp(username: "u", password: nil, attributes: [:])
    }
    await #expect(throws: ProviderFailure.self) {
      try await client(.raw(200, "text/html", "<p>")).user(accessToken: token)
    }
  }

  @Test("devices and passkeys are read page after page")
  func pages() async throws {
    let transport = ScriptedTransport([
      { _ in
        .ok([
          "Devices": [
            [
              "DeviceKey": "k1", "DeviceAttributes": [["Name": "device_name", "Value": "laptop"]],
              "DeviceCreateDate": .double(1_793_800_000.9), "DeviceLastAuthenticatedDate": 1_793_800_001,
            ], ["DeviceAttributes": []],
          ], "PaginationToken": "next",
        ])
      }, { _ in .ok(["Devices": [["DeviceKey": "k2", "DeviceCreateDate": .double(1e300)]]]) },
      { _ in .ok(["Credentials": [["CredentialId": "p1", "FriendlyCredentialName": "phone"]], "NextToken": "n"]) },
      { _ in .ok(["Credentials": []]) },
    ])
    let client = try Pool().client(transport)
    #expect(
      try await client.devices(accessToken: token) == [
        AccountDevice(
          key: "k1", name: "laptop", createdAt: Timestamp(seconds: 1_793_800_000),
          lastUsedAt: Timestamp(seconds: 1_793_800_001)),
        AccountDevice(key: "k2", name: nil, createdAt: nil, lastUsedAt: nil),
      ])
    #expect(
      try await client.passkeys(accessToken: token) == [Passkey(id: "p1", name: "phone", createdAt: nil)])
    #expect(transport.requests.map { $0.body["PaginationToken"] ?? $0.body["NextToken"] } == [nil, "next", nil, "n"])
  }

  @Test("an account that is confirmed already is no failure; a wrong code is one")
  func confirmed() async throws {
    let message = "User cannot be confirmed. Current status is CONFIRMED"
    try await client(.refusal("NotAuthorizedException", message)).confirmSignUp(username: "u", code: code)
    await #expect(throws: ProviderFailure.self) {
      try await client(.refusal("CodeMismatchException", "Invalid")).confirmSignUp(username: "u", code: code)
    }
  }

  @Test("a provider that throttles is asked again, but not for longer than half a minute")
  func throttled() async throws {
    let waited = Mutex<[Int64]>([])
    let transport = ScriptedTransport([
      { _ in .refusal("TooManyRequestsException", "Rate exceeded", headers: [("Retry-After", "3")]) },
      { _ in .ok([:]) },
      { _ in .refusal("TooManyRequestsException", "Rate exceeded", headers: [("Retry-After", "31")]) },
    ])
    let client = try Pool().client(transport) { milliseconds in waited.withLock { $0.append(milliseconds) } }
    try await client.deleteUser(accessToken: token)
    #expect(waited.withLock { $0.count } == 1 && waited.withLock { $0[0] } >= 3000)
    let failure = await #expect(throws: ProviderFailure.self) { try await client.deleteUser(accessToken: token) }
    #expect(failure?.problem.code == .throttled && failure?.problem.retryAfterSeconds == 31)
  }

  @Test(
    "what an exception means to who looks after an account",
    arguments: [
      ("NotAuthorizedException", "Incorrect username or password.", .credentialsRefused, "wrong_credentials"),
      ("NotAuthorizedException", "Access Token has expired", .signInRequired, nil),
      ("NotAuthorizedException", "Access Token has been revoked", .signInRequired, nil),
      ("NotAuthorizedException", "Invalid Access Token", .signInRequired, nil),
      ("NotAuthorizedException", "Access Token does not have required scopes", .unsupported, nil),
      ("UserNotFoundException", "User does not exist.", .signInRequired, nil),
      ("ResourceNotFoundException", "Credential does not exist.", .notFound, nil),
      ("ResourceNotFoundException", "Device does not exist.", .notFound, nil),
      ("InvalidParameterException", "User has not verified software token mfa", .conflict, nil),
      ("InvalidParameterException", "EMAIL_OTP has not been enabled by the userPool", .unsupported, nil),
      (
        "InvalidParameterException", "Missing required parameter PreviousPassword", .credentialsRefused,
        "wrong_credentials"
      ),
      ("AliasExistsException", "An account with the email already exists.", .conflict, nil),
      (
        "InvalidPasswordException", "Password did not conform with policy: Password not long enough",
        .credentialsRefused, "password_policy"
      ),
      (
        "InvalidParameterException",
        "1 validation error detected: Value at 'proposedPassword' failed to satisfy constraint: x", .credentialsRefused,
        "password_policy"
      ),
      (
        "InvalidParameterException", "1 validation error detected: Value at 'previousPassword' failed: x",
        .credentialsRefused, "wrong_credentials"
      ),
      (
        "InvalidParameterException", "1 validation error detected: Value at 'userCode' failed: x", .credentialsRefused,
        "wrong_code"
      ),
    ] as [(String, String, ProblemCode, String?)])
  func account(name: String, message: String, code: ProblemCode, reason: String?) async throws {
    let client = try client(.refusal(name, message))
    let failure = await #expect(throws: ProviderFailure.self) { try await client.user(accessToken: token) }
    #expect(failure?.problem.code == code && failure?.problem.reason == reason)
    #expect(failure?.problem.detail.hasSuffix(".") == true)
    if reason == "password_policy" { #expect(failure?.problem.detail.contains(message) == true) }
  }

  @Test("before the sign-in a user who does not exist is told where the pool tells it")
  func noSuchUser() async throws {
    let client = try client(.refusal("UserNotFoundException", "Username/client id combination not found."))
    let failure = await #expect(throws: ProviderFailure.self) { try await client.forgotPassword(username: "u") }
    #expect(failure?.problem.reason == "wrong_credentials")
    #expect(failure?.problem.detail.contains("no user of that name") == true)
  }
}
