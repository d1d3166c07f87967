import AuthFlows
import SessionModel
import Synchronization
import Testing
import WireJSON

@Suite("Sign-in")
struct SignInTests {
  /// The vectors' exchanges as a pool answers them, and what must be sent.
  @Test("a sign-in by SRP sends what the vector says, to the letter", arguments: Vectors.users)
  func srp(_ vector: SRPVector) async throws {
    var pool = try Pool()
    pool.settings.userPoolID = vector.text("pool_id")
    pool.settings.clientID = vector.text("client_id")
    pool.now = vector.time
    let challenge: JSONValue = [
      "ChallengeName": "PASSWORD_VERIFIER", "Session": "session-1-of-the-exchange",
      "ChallengeParameters": vector.json["challenge_parameters"] ?? [:],
    ]
    let date = Vectors.httpDate(vector.time)
    let transport = ScriptedTransport([
      { _ in .ok(challenge, date: date) }, try pool.tokens(), try pool.keySet(),
    ])
    let random = FixedRandom(value: vector.bytes("a_hex").withRevealedBytes { Array($0) })
    let client = pool.client(transport, secret: vector.json["client_secret"]?.string, random: random)
    let signedIn = try await client.signIn(
      SignInRequest(flow: .srp, username: vector.text("username")),
      conversation: ScriptedConversation(vector.text("password")))
    #expect(signedIn.identity.subject == Pool.subject)
    let requests = transport.requests
    #expect(requests.map(\.operation) == ["InitiateAuth", "RespondToAuthChallenge", "GET"])
    #expect(requests[0].body["AuthFlow"] == "USER_SRP_AUTH")
    #expect(requests[0].body["AuthParameters"]?.strings == vector.json["auth_parameters"]?.strings)
    #expect(requests[1].body["ChallengeName"] == "PASSWORD_VERIFIER")
    #expect(requests[1].body["Session"] == "session-1-of-the-exchange")
    #expect(requests[1].body["ChallengeResponses"]?.strings == vector.json["challenge_responses"]?.strings)
  }

  private func mfa(_ name: String = "SOFTWARE_TOKEN_MFA", _ parameters: JSONValue = [:]) -> ScriptedTransport.Answer {
    { _ in .ok(["ChallengeName": .string(name), "Session": "the-session", "ChallengeParameters": parameters]) }
  }

  @Test("password, wrong code, right code: the same session, the provider's own name, its hash")
  func totp() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([
      mfa("SOFTWARE_TOKEN_MFA", ["USER_ID_FOR_SRP": "real-name", "FRIENDLY_DEVICE_NAME": "phone"]),
      { _ in .refusal("CodeMismatchException", "Invalid code or auth state for the user.") },
      try pool.tokens(), try pool.keySet(),
    ])
    let person = ScriptedConversation("pässwörd\"", "000 000", " 012345\n")
    let signedIn = try await pool.client(transport, secret: "client-secret-value-of-the-pool").signIn(
      SignInRequest(flow: .password, username: "alias@example.org", clientMetadata: ["k": "v"]), conversation: person)
    #expect(signedIn.tokens.refreshToken?.revealString() == "refresh-1")
    #expect(signedIn.binding == pool.binding)
    #expect(signedIn.identity.username == "alice")
    #expect(signedIn.identity.scopes == ["aws.cognito.signin.user.admin", "openid"])
    #expect(signedIn.expiresInSeconds == 300)
    #expect(person.kinds == ["password", "totp_code", "totp_code"])
    #expect(person.asked[1].prompt == .totpCode(deviceName: "phone"))
    #expect(person.asked[2].refused?.reason == .wrongCode)
    let requests = transport.requests
    let first = requests[0].body["AuthParameters"]?.strings ?? [:]
    #expect(first["USERNAME"] == "alias@example.org")
    #expect(first["PASSWORD"] == "pässwörd\"")
    let answers = requests[1...2].map { $0.body["ChallengeResponses"]?.strings ?? [:] }
    #expect(answers.map { $0["USERNAME"] } == ["real-name", "real-name"])
    #expect(answers.map { $0["SOFTWARE_TOKEN_MFA_CODE"] } == ["000000", "012345"])
    #expect(first["SECRET_HASH"] != nil)
    #expect(answers[0]["SECRET_HASH"] != first["SECRET_HASH"])
    #expect(requests[1...2].map { $0.body["Session"] } == ["the-session", "the-session"])
    #expect(requests[0...2].allSatisfy { $0.body["ClientMetadata"] == ["k": "v"] })
  }

  @Test("each request has only members that the API model knows, and those that it requires")
  func shapes() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([
      mfa("NEW_PASSWORD_REQUIRED"), mfa("MFA_SETUP", ["MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\"]"]),
      { _ in .ok(["SecretCode": "JBSWY3DPEHPK3PXP", "Session": "s2"]) },
      { _ in .ok(["Status": "SUCCESS", "Session": "s3"]) },
      try pool.tokens(), try pool.keySet(), try pool.tokens(), { _ in .ok([:]) }, { _ in .ok([:]) },
      { _ in .refusal("UnknownOperationException", "") }, try pool.tokens(),
    ])
    let client = pool.client(transport, secret: "client-secret-value-of-the-pool")
    let person = ScriptedConversation([
      LoginAnswer(value: Secret(copyingUTF8: "old")), LoginAnswer(value: Secret(copyingUTF8: "new")),
      LoginAnswer(value: Secret(copyingUTF8: "123456"), deviceName: "phone"),
    ])
    let signedIn = try await client.signIn(
      SignInRequest(flow: .password, username: "u", clientMetadata: ["a": "b"]), conversation: person)
    let request = RefreshRequest(
      refreshToken: Secret(copyingUTF8: "refresh-1"), username: "alice", deviceKey: nil, binding: signedIn.binding)
    _ = try await client.refresh(request)
    _ = try await client.revoke(refreshToken: request.refreshToken)
    try await client.globalSignOut(accessToken: signedIn.tokens.access.value)
    _ = try await client.refresh(request)
    let operations = try #require(try Fixture.json("cognito-idp-operations.json")["operations"])
    var seen: Set<String> = []
    for sent in transport.requests where sent.method == .post {
      let shape = try #require(operations[sent.operation])
      func names(_ list: String) -> Set<String> { Set(shape[list]?.array?.compactMap(\.string) ?? []) }
      let members = Set(sent.body.object?.map(\.name) ?? [])
      #expect(members.isSuperset(of: names("input_required")), "\(sent.operation)")
      #expect(members.isSubset(of: names("input_required").union(names("input_optional"))), "\(sent.operation)")
      #expect(sent.headers["Content-Type"] == "application/x-amz-json-1.1")
      #expect(sent.headers["X-Amz-Target"] == "AWSCognitoIdentityProviderService.\(sent.operation)")
      #expect(sent.url == "https://cognito-idp.us-east-1.amazonaws.com/")
      seen.insert(sent.operation)
    }
    #expect(
      seen == [
        "InitiateAuth", "RespondToAuthChallenge", "AssociateSoftwareToken", "VerifySoftwareToken",
        "GetTokensFromRefreshToken", "RevokeToken", "GlobalSignOut",
      ])
    #expect(transport.isFinished)
  }

  private func refused(_ name: String, _ message: String) -> ScriptedTransport.Answer {
    { _ in .refusal(name, message) }
  }

  private func fails(
    _ client: CognitoClient, _ person: ScriptedConversation, flow: LoginFlow = .password
  ) async throws -> ProviderFailure {
    try #require(
      await #expect(throws: ProviderFailure.self) {
        _ = try await client.signIn(SignInRequest(flow: flow, username: "u"), conversation: person)
      })
  }

  @Test("a wrong password is asked again twice, then the sign-in ends")
  func wrongPassword() async throws {
    let pool = try Pool()
    let wrong = refused("NotAuthorizedException", "Incorrect username or password.")
    let transport = ScriptedTransport([wrong, refused("UserNotFoundException", "User does not exist."), wrong])
    let person = ScriptedConversation("a", "b", "c", "d")
    let failure = try await fails(pool.client(transport), person)
    #expect(failure.problem.code == .credentialsRefused)
    #expect(failure.problem.reason == "wrong_credentials")
    #expect(person.kinds == ["password", "password", "password"])
    #expect(person.asked.map { $0.refused?.attemptsLeft } == [nil, 2, 1])
    #expect(transport.isFinished)
  }

  @Test("an SRP sign-in begins anew for each password")
  func wrongPasswordSRP() async throws {
    let pool = try Pool()
    let vector = try #require(Vectors.users.first)
    let challenge: JSONValue = [
      "ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": vector.json["challenge_parameters"] ?? [:],
    ]
    let wrong = refused("NotAuthorizedException", "Incorrect username or password.")
    let transport = ScriptedTransport([
      { _ in .ok(challenge) }, wrong, { _ in .ok(challenge) }, try pool.tokens(), try pool.keySet(),
    ])
    _ = try await pool.client(transport).signIn(
      SignInRequest(flow: .srp, username: "alice"), conversation: ScriptedConversation("a", "b"))
    #expect(
      transport.requests.map(\.operation) == [
        "InitiateAuth", "RespondToAuthChallenge", "InitiateAuth", "RespondToAuthChallenge", "GET",
      ])
  }

  @Test("five wrong codes are enough")
  func wrongCodes() async throws {
    let pool = try Pool()
    let wrong = refused("CodeMismatchException", "Invalid code")
    let bad = refused("InvalidParameterException", "1 validation error detected")
    let transport = ScriptedTransport([mfa(), wrong, bad, wrong, refused("ExpiredCodeException", "Used once"), wrong])
    let person = ScriptedConversation("pw", "1", "x", "3", "4", "5", "6")
    let failure = try await fails(pool.client(transport), person)
    #expect(failure.problem.reason == "wrong_code")
    #expect(person.asked.count == 6)
    #expect(person.asked.map { $0.refused?.attemptsLeft } == [nil, nil, 4, 3, 2, 1])
    #expect(transport.isFinished)
  }

  @Test("an empty code is not sent")
  func emptyCode() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([mfa(), try pool.tokens(), try pool.keySet()])
    let person = ScriptedConversation("pw", "  ", "123456")
    _ = try await pool.client(transport).signIn(SignInRequest(flow: .password, username: "u"), conversation: person)
    #expect(person.asked[2].refused?.reason == .wrongCode)
  }

  @Test("when the provider has ended the sign-in, it says so and asks no more")
  func sessionGone() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([
      mfa(), refused("CodeMismatchException", "Invalid code"),
      refused("NotAuthorizedException", "Invalid session for the user, session is expired."),
    ])
    let person = ScriptedConversation("pw", "1", "2", "3")
    let failure = try await fails(pool.client(transport), person)
    #expect(failure.problem.reason == "code_expired")
    #expect(failure.problem.detail.contains("time ran out"))
    #expect(person.asked.count == 3)
  }

  @Test(
    "what the person can't correct ends the sign-in at once, told apart",
    arguments: [
      ("NotAuthorizedException", "User is disabled.", "user_disabled"),
      ("NotAuthorizedException", "Password attempts exceeded", "too_many_attempts"),
      ("NotAuthorizedException", "Temporary password has expired and must be reset.", "password_reset_required"),
    ])
  func final(name: String, message: String, reason: String) async throws {
    let pool = try Pool()
    let person = ScriptedConversation("pw", "pw")
    let failure = try await fails(pool.client(ScriptedTransport([refused(name, message)])), person)
    #expect(failure.problem.code == .credentialsRefused)
    #expect(failure.problem.reason == reason)
    #expect(person.asked.count == 1)
  }

  @Test("a new password that breaks the policy is asked again with the pool's sentence; attributes go along")
  func newPassword() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([
      mfa(
        "NEW_PASSWORD_REQUIRED",
        [
          "USER_ID_FOR_SRP": "real", "requiredAttributes": "[\"userAttributes.name\",\"birthdate\"]",
          "userAttributes": "{}",
        ]),
      refused("InvalidPasswordException", "Password did not conform with policy: Password not long enough"),
      try pool.tokens(), try pool.keySet(),
    ])
    let person = ScriptedConversation([
      LoginAnswer(value: Secret(copyingUTF8: "old")), LoginAnswer(value: Secret(copyingUTF8: "Xx1")),
      LoginAnswer(value: Secret(copyingUTF8: "b"), attributes: ["name": "N"]),
    ])
    _ = try await pool.client(transport).signIn(SignInRequest(flow: .password, username: "u"), conversation: person)
    #expect(person.asked[1].prompt == .newPassword(requiredAttributes: ["name", "birthdate"], policy: nil))
    #expect(person.asked[2].refused?.reason == .passwordPolicy)
    #expect(person.asked[2].refused?.message.contains("Password not long enough") == true)
    let responses = transport.requests[2].body["ChallengeResponses"]?.strings
    #expect(responses == ["USERNAME": "real", "NEW_PASSWORD": "b", "userAttributes.name": "N"])
  }

  @Test("an authenticator app is enrolled on the way, each session replacing the one before")
  func mfaSetup() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([
      mfa("MFA_SETUP", ["MFAS_CAN_SETUP": "[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\"]"]),
      { _ in .ok(["SecretCode": "JBSWY3DPEHPK3PXP", "Session": "s2"]) },
      refused("EnableSoftwareTokenMFAException", "Code mismatch"), { _ in .ok(["Status": "ERROR", "Session": "s2b"]) },
      { _ in .ok(["Status": "SUCCESS", "Session": "s3"]) }, try pool.tokens(), try pool.keySet(),
    ])
    let person = ScriptedConversation("pw", "1", "2", "3")
    _ = try await pool.client(transport).signIn(SignInRequest(flow: .password, username: "u@x"), conversation: person)
    guard case .mfaSetup(let secret, let uri) = person.asked[1].prompt else {
      Issue.record("No set-up was asked for.")
      return
    }
    #expect(secret.revealString() == "JBSWY3DPEHPK3PXP")
    #expect(
      uri.revealString()
        == "otpauth://totp/us-east-1_AbCdEfGhI:u%40x?secret=JBSWY3DPEHPK3PXP&issuer=us-east-1_AbCdEfGhI")
    #expect(transport.requests.compactMap { $0.body["Session"]?.string } == ["the-session", "s2", "s2", "s2", "s3"])
    #expect(transport.requests[5].body["ChallengeResponses"]?.strings == ["USERNAME": "u@x"])
  }

  @Test("a pool that wants another factor set up is said so")
  func otherFactor() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([mfa("MFA_SETUP", ["MFAS_CAN_SETUP": "[\"EMAIL_OTP\"]"])])
    #expect(try await fails(pool.client(transport), ScriptedConversation("pw")).problem.code == .unsupported)
  }

  @Test("a challenge that can't be answered is named", arguments: ["WEB_AUTHN", "SOMETHING_NEW", "EMAIL_MFA"])
  func unknownChallenge(_ name: String) async throws {
    let pool = try Pool()
    let failure = try await fails(pool.client(ScriptedTransport([mfa(name)])), ScriptedConversation("pw"))
    #expect(failure.problem.code == .unsupported)
    #expect(failure.problem.detail.contains(name))
  }

  @Test("a flow that a user pool does not have here is unsupported, before anything is asked")
  func unknownFlow() async throws {
    let pool = try Pool()
    for flow in [LoginFlow.web, .device, .guest] {
      let person = ScriptedConversation()
      let failure = try await fails(pool.client(ScriptedTransport([])), person, flow: flow)
      #expect(failure.problem.code == .unsupported)
      #expect(failure.problem.detail.contains("\"\(flow.rawValue)\""))
      #expect(person.asked.isEmpty)
    }
  }

  @Test("the name is asked for where none was given")
  func username() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([try pool.tokens(), try pool.keySet()])
    let person = ScriptedConversation("Ü+x@example.org", "pw")
    _ = try await pool.client(transport).signIn(SignInRequest(flow: .password), conversation: person)
    #expect(person.kinds == ["username", "password"])
    #expect(transport.requests[0].body["AuthParameters"]?["USERNAME"] == "Ü+x@example.org")
  }

  @Test("throttling is waited out: longer each time, by chance below a ceiling, not shorter than Retry-After")
  func throttled() async throws {
    let pool = try Pool()
    let busy = refused("TooManyRequestsException", "Rate exceeded")
    let asks: ScriptedTransport.Answer = { _ in
      .refusal("TooManyRequestsException", "Rate exceeded", headers: [("Retry-After", "7")])
    }
    let waits = Mutex<[Int64]>([])
    // A half of each ceiling: 0x80… is 0.5 in `unit`.
    let random = FixedRandom(value: [0x80] + [UInt8](repeating: 0, count: 31))
    let transport = ScriptedTransport([busy, asks, busy, try pool.tokens(), try pool.keySet()])
    let client = pool.client(transport, random: random) { delay in waits.withLock { $0.append(delay) } }
    _ = try await client.signIn(
      SignInRequest(flow: .password, username: "u"), conversation: ScriptedConversation("pw"))
    #expect(waits.withLock { $0 } == [1000, 7000, 4000])
  }

  @Test("throttling without end, or with too long a wait, ends as throttled")
  func throttledForEver() async throws {
    let pool = try Pool()
    let busy = refused("TooManyRequestsException", "Rate exceeded")
    let endless = pool.client(ScriptedTransport([busy, busy, busy, busy, busy])) { _ in }
    #expect(try await fails(endless, ScriptedConversation("pw")).problem.code == .throttled)
    let long: ScriptedTransport.Answer = { _ in
      .refusal("TooManyRequestsException", "", headers: [("Retry-After", "31")])
    }
    let failure = try await fails(pool.client(ScriptedTransport([long])), ScriptedConversation("pw"))
    #expect(failure.problem.code == .throttled)
    #expect(failure.problem.retryAfterSeconds == 31)
  }

  @Test("tokens that do not pass their check are not handed back")
  func unchecked() async throws {
    let pool = try Pool()
    let other = try SigningKey(id: pool.key.id)
    let forged: JSONValue = [
      "AuthenticationResult": ["AccessToken": .secret(try other.sign(pool.accessClaims())), "ExpiresIn": 300]
    ]
    let transport = ScriptedTransport([{ _ in .ok(forged) }, try pool.keySet()])
    let failure = try await fails(pool.client(transport), ScriptedConversation("pw"))
    #expect(failure.problem.code == .providerError)
    #expect(failure.problem.detail.contains("signature is wrong"))
  }

  @Test("an ID token about somebody else is not taken")
  func otherSubject() async throws {
    let pool = try Pool()
    let mixed: JSONValue = [
      "AuthenticationResult": [
        "AccessToken": .secret(try pool.key.sign(pool.accessClaims())),
        "IdToken": .secret(try pool.key.sign(pool.idClaims(JSONMember("sub", "other")))), "ExpiresIn": 300,
      ]
    ]
    let transport = ScriptedTransport([{ _ in .ok(mixed) }, try pool.keySet()])
    let failure = try await fails(pool.client(transport), ScriptedConversation("pw"))
    #expect(failure.problem.detail.contains("another user's"))
  }

  @Test("giving up at a prompt is a cancellation, not a failure")
  func givenUp() async throws {
    let pool = try Pool()
    await #expect(throws: CancellationError.self) {
      _ = try await pool.client(ScriptedTransport([mfa()])).signIn(
        SignInRequest(flow: .password, username: "u"), conversation: ScriptedConversation("pw"))
    }
  }

  @Test("an SRP challenge that would betray the password is answered with nothing", arguments: ["0", "12xz", ""])
  func hostileServer(_ value: String) async throws {
    let pool = try Pool()
    let vector = try #require(Vectors.users.first)
    var parameters = vector.parameters
    parameters["SRP_B"] = value
    let members = parameters.map { JSONMember($0.key, .string($0.value)) }
    let challenge = JSONValue.object([
      JSONMember("ChallengeName", "PASSWORD_VERIFIER"), JSONMember("ChallengeParameters", .object(members)),
    ])
    let transport = ScriptedTransport([{ _ in .ok(challenge) }])
    let failure = try await fails(pool.client(transport), ScriptedConversation("pw"), flow: .srp)
    #expect(failure.problem.code == .providerError)
    #expect(transport.requests.count == 1)
  }

  @Test("a pool that asks without end is given up")
  func endless() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([ScriptedTransport.Answer](repeating: mfa(), count: 25))
    let person = ScriptedConversation([LoginAnswer](repeating: LoginAnswer(value: Secret(copyingUTF8: "1")), count: 30))
    #expect(try await fails(pool.client(transport), person).problem.code == .providerError)
  }

  @Test("SECURITY 26: a provider that repeats a secret does not bring it into the failure")
  func echo() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([refused("InvalidParameterException", "Value 'hunter2-secret' is bad")])
    let failure = try await fails(pool.client(transport), ScriptedConversation("hunter2-secret"))
    #expect(!String(reflecting: failure).contains("hunter2"))
  }

  @Test("a password that is a word of the provider's sentence is still a wrong password")
  func unluckyPassword() async throws {
    let pool = try Pool()
    let wrong = refused("NotAuthorizedException", "Incorrect username or password.")
    let transport = ScriptedTransport([wrong, try pool.tokens(), try pool.keySet()])
    let person = ScriptedConversation("password", "right")
    _ = try await pool.client(transport).signIn(SignInRequest(flow: .password, username: "u"), conversation: person)
    #expect(person.asked[1].refused?.reason == .wrongCredentials)
  }
}
