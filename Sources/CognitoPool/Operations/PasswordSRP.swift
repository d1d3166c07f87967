/// The two messages of USER_SRP_AUTH.
extension PoolTurn {
  private static let claimWithin: Seconds = 10
  private static let clockSkew: Seconds = 300

  mutating func startSRP(_ client: AppClient, _ parameters: Parameters) throws -> [String: JSON] {
    let name = try parameters.required("USERNAME")
    let clientKey = try parameters.required("SRP_A")
    try client.checkSecretHash(parameters["SECRET_HASH"], name: name)
    let user = pool.user(signingInAs: name)
    if user == nil, !client.preventUserExistenceErrors { throw ServiceError.noSuchUser }
    let userID = try user?.username ?? simulatedID(name)
    let password = try user?.password ?? simulatedPassword(name)
    let privateKey = random.bytes(32)
    guard let server = try SRPServer(verifier: password.verifier, privateKey: privateKey) else {
      throw ServiceError.internalError("the server's SRP key came out as zero")
    }
    guard try server.clientKey(clientKey) != nil else {
      throw ServiceError.invalidParameter("Invalid value for SRP_A")
    }
    let block = try challenges.start(
      .init(
        poolID: pool.id, clientID: client.id, username: user?.username, userID: userID, clientKey: clientKey,
        privateKey: privateKey, verifier: password.verifier, startedAt: now), random: random)
    let session = try openSession(.passwordVerifier, client: client, username: userID)
    return challenge(
      .passwordVerifier, session,
      [
        "SALT": password.salt, "SRP_B": server.publicKey.hex, "SECRET_BLOCK": block, "USER_ID_FOR_SRP": userID,
        "USERNAME": userID,
      ])
  }

  mutating func answerPasswordVerifier(
    _ client: AppClient, _ responses: Parameters, username: String
  ) throws -> [String: JSON] {
    let block = try responses.required("PASSWORD_CLAIM_SECRET_BLOCK")
    let signature = try responses.required("PASSWORD_CLAIM_SIGNATURE")
    let timestamp = try responses.required("TIMESTAMP")
    try checkTimestamp(timestamp)
    guard let handshake = try challenges.finish(block), handshake.poolID == pool.id,
      handshake.clientID == client.id
    else { throw ServiceError.incorrectCredentials.noting("unknown SECRET_BLOCK") }
    guard pool.folded(handshake.userID) == pool.folded(username) else {
      throw ServiceError.incorrectCredentials.noting("USERNAME is not the one of the challenge")
    }
    guard now - handshake.startedAt <= Self.claimWithin else {
      throw ServiceError.notAuthorized(
        "Invalid session for the user, session is expired.", note: "the claim came too late")
    }
    guard let name = handshake.username, let user = pool.users[name] else {
      throw ServiceError.incorrectCredentials.noting("no such user")
    }
    let isRight = try verify(signature, handshake, block: block, timestamp: timestamp)
    return try signIn(user, client: client, passwordIsRight: isRight)
  }

  private func verify(
    _ signature: String, _ handshake: Challenges.Handshake, block: String, timestamp: String
  ) throws -> Bool {
    guard let given = Base64.decode(signature), let secretBlock = Base64.decode(block),
      let server = try SRPServer(verifier: handshake.verifier, privateKey: handshake.privateKey),
      let clientKey = try server.clientKey(handshake.clientKey)
    else { return false }
    let right = try server.signature(
      clientKey, identity: pool.identity(handshake.userID), secretBlock: secretBlock, timestamp: timestamp)
    return Digest.equal(right, given)
  }

  private func checkTimestamp(_ text: String) throws(ServiceError) {
    guard let time = ClaimTimestamp.seconds(text) else {
      throw .invalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
    }
    guard abs(time - now) <= Self.clockSkew else {
      throw .incorrectCredentials.noting("TIMESTAMP is \(Int(time - now)) s away")
    }
  }

  /// Somebody who does not exist has the same salt and id each time, as a real user would.
  private func simulatedPassword(_ name: String) throws -> PasswordVerifier {
    let seed = try simulation("salt", name)
    return try PasswordVerifier(
      password: Hex.encode(seed), identity: pool.identity(name), salt: Array(seed.prefix(16)))
  }

  private func simulatedID(_ name: String) throws -> String {
    struct Fixed: RandomSource {
      let seed: [UInt8]
      func bytes(_ count: Int) -> [UInt8] { Array(seed.prefix(count)) }
    }
    return Fixed(seed: try simulation("id", name)).uuid()
  }

  /// Bytes that look random and are the same for a name each time.
  func simulation(_ what: String, _ name: String) throws -> [UInt8] {
    try Digest.hmacSHA256(key: [UInt8](pool.simulationKey.utf8), [UInt8]("\(what):\(pool.folded(name))".utf8))
  }
}
