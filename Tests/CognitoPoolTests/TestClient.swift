import Testing

@testable import CognitoPool

/// The client's half of SRP and the messages around it, as a test needs them.
struct TestClient {
  let pool: TestPool
  var clientID = "app"
  var secret: String?

  /// The client's numbers of one exchange.
  struct Attempt {
    let privateKey: BigNumber
    let publicKey: BigNumber
    let group: SRPGroup

    init() throws {
      group = try SRPGroup()
      privateKey = try BigNumber(bytes: SystemRandomSource().bytes(32))
      publicKey = try group.modulus.power(group.generator, privateKey)
    }

    /// S = (B - k·g^x)^(a + u·x), written as the client has it.
    func claim(
      _ challenge: Vector, password: String, identity: SRPIdentity, timestamp: String
    ) throws -> String {
      let serverKey = try challenge.bigNumber("SRP_B")
      let salt = try challenge.bigNumber("SALT")
      let u = try BigNumber(bytes: try Digest.sha256(publicKey.signedBytes + serverKey.signedBytes))
      let x = try identity.x(password: password, salt: salt)
      let modulus = group.modulus
      let kgx = try modulus.multiply(group.k, try modulus.power(group.generator, x))
      let minusOne = try BigNumber(hex: modulus.number.hex.dropLast() + "E")
      let base = try modulus.add(serverKey, try modulus.multiply(kgx, try #require(minusOne)))
      // base^a · (base^u)^x: the exponent need not be summed.
      let premaster = try modulus.multiply(
        try modulus.power(base, privateKey), try modulus.power(try modulus.power(base, u), x))
      let extracted = try Digest.hmacSHA256(key: u.signedBytes, premaster.signedBytes)
      let key = try Digest.hmacSHA256(key: extracted, [UInt8]("Caldera Derived Key\u{1}".utf8)).prefix(16)
      let block = try challenge.base64("SECRET_BLOCK")
      let message = [UInt8]((identity.realm + identity.name).utf8) + block + [UInt8](timestamp.utf8)
      return Base64.encode(try Digest.hmacSHA256(key: Array(key), message))
    }
  }

  func initiate(_ flow: String, _ parameters: [String: String]) -> [String: JSON] {
    ["AuthFlow": .string(flow), "ClientId": .string(clientID), "AuthParameters": .strings(parameters)]
  }

  func respond(_ challenge: String, _ session: String?, _ responses: [String: String]) -> [String: JSON] {
    var members: [String: JSON] = [
      "ChallengeName": .string(challenge), "ClientId": .string(clientID), "ChallengeResponses": .strings(responses),
    ]
    members["Session"] = session.map(JSON.string)
    return members
  }

  func hash(_ name: String) throws -> String? {
    try secret.map { try AppClient.secretHash(name: name, clientID: clientID, secret: $0) }
  }

  /// InitiateAuth and the answer to its PASSWORD_VERIFIER, ready to be sent or spoiled first.
  func prepareSRP(
    _ username: String = "ann", password: String = TestPool.password, flow: String = "USER_SRP_AUTH",
    _ more: [String: String] = [:]
  ) async throws -> (responses: [String: String], session: String) {
    let attempt = try Attempt()
    var parameters = ["USERNAME": username, "SRP_A": attempt.publicKey.hex].merging(more) { $1 }
    parameters["SECRET_HASH"] = try hash(username)
    let first = try await pool.call("InitiateAuth", initiate(flow, parameters))
    return (
      try proof(of: password, for: first, attempt), try Vector(members: first).text("Session")
    )
  }

  /// The answer to a PASSWORD_VERIFIER.
  func proof(of password: String, for first: [String: JSON], _ attempt: Attempt) throws -> [String: String] {
    #expect(first["ChallengeName"] == .string("PASSWORD_VERIFIER"))
    let challenge = try Vector(members: first).object("ChallengeParameters")
    let timestamp = ClaimTimestamp.text(pool.now)
    let realm = String(TestPool.poolID.drop { $0 != "_" }.dropFirst())
    let identity = SRPIdentity(realm: realm, name: try challenge.text("USER_ID_FOR_SRP"))
    let name = try challenge.text("USERNAME")
    var responses = [
      "USERNAME": name, "PASSWORD_CLAIM_SECRET_BLOCK": try challenge.text("SECRET_BLOCK"),
      "TIMESTAMP": timestamp,
      "PASSWORD_CLAIM_SIGNATURE": try attempt.claim(
        challenge, password: password, identity: identity, timestamp: timestamp),
    ]
    responses["SECRET_HASH"] = try hash(name)
    return responses
  }

  /// The answer to the password's proof.
  func signIn(
    _ username: String = "ann", password: String = TestPool.password, device: TestDevice? = nil
  ) async throws -> [String: JSON] {
    var (responses, session) = try await prepareSRP(username, password: password)
    responses["DEVICE_KEY"] = device?.key
    return try await pool.call("RespondToAuthChallenge", respond("PASSWORD_VERIFIER", session, responses))
  }

  /// Answers a challenge of ann's.
  @discardableResult
  func answer(_ challenge: [String: JSON], _ responses: [String: String]) async throws -> [String: JSON] {
    try await pool.call("RespondToAuthChallenge", try request(challenge, responses))
  }

  /// The refusal of such an answer.
  func refused(_ challenge: [String: JSON], _ responses: [String: String]) async throws -> String {
    said(try await pool.refusal("RespondToAuthChallenge", try request(challenge, responses)))
  }

  private func request(_ challenge: [String: JSON], _ responses: [String: String]) throws -> [String: JSON] {
    let challenge = Vector(members: challenge)
    return respond(
      try challenge.text("ChallengeName"), try challenge.text("Session"),
      ["USERNAME": "ann"].merging(responses) { $1 })
  }

  /// The tokens of a sign-in without further challenge.
  func tokens(_ username: String = "ann") async throws -> Tokens { try Tokens(try await signIn(username)) }

  func refresh(_ token: String, secret: String? = nil) -> [String: JSON] {
    var members: [String: JSON] = ["ClientId": .string(clientID), "RefreshToken": .string(token)]
    members["ClientSecret"] = secret.map(JSON.string)
    return members
  }
}

struct Tokens {
  let access: String
  let id: String
  let refresh: String?

  init(_ answer: [String: JSON]) throws {
    let result = try #require(answer["AuthenticationResult"]?.asObject, "\(answer["ChallengeName"] ?? .null)")
    #expect(result["TokenType"] == .string("Bearer"))
    access = try #require(result["AccessToken"]?.asString)
    id = try #require(result["IdToken"]?.asString)
    refresh = result["RefreshToken"]?.asString
  }

  func accessClaims() throws -> [String: JSON] { try #require(JWT.unverifiedClaims(access)) }
  func idClaims() throws -> [String: JSON] { try #require(JWT.unverifiedClaims(id)) }
  func refreshToken() throws -> String { try #require(refresh) }
}
