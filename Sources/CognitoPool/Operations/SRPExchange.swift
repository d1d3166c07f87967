/// The two messages of an SRP exchange, whoever it is about.
extension PoolTurn {
  private static let claimWithin: Seconds = 10
  private static let clockSkew: Seconds = 300

  /// The server's half of the first message: `SALT`, `SRP_B` and `SECRET_BLOCK`.
  mutating func startExchange(
    _ attempt: Attempt, _ identity: SRPIdentity, _ secret: PasswordVerifier, clientKey: String
  ) throws -> [String: String] {
    let privateKey = random.bytes(32)
    guard let server = try SRPServer(verifier: secret.verifier, privateKey: privateKey) else {
      throw ServiceError.internalError("the server's SRP key came out as zero")
    }
    guard try server.clientKey(clientKey) != nil else {
      throw ServiceError.invalidParameter("Invalid value for SRP_A")
    }
    let block = try pool.challenges.start(
      .init(
        attempt: attempt, identity: identity, clientKey: clientKey, privateKey: privateKey,
        verifier: secret.verifier, startedAt: now), random: random)
    return ["SALT": secret.salt, "SRP_B": server.publicKey.hex, "SECRET_BLOCK": block]
  }

  /// A claim of the second message that came in time, for this client and name.
  struct Claim {
    let handshake: Challenges.Handshake
    let block: String
    let signature: String
    let timestamp: String
  }

  func claim(_ responses: Parameters, _ client: AppClient, username: String) throws -> Claim {
    let block = try responses.required("PASSWORD_CLAIM_SECRET_BLOCK")
    let signature = try responses.required("PASSWORD_CLAIM_SIGNATURE")
    let timestamp = try responses.required("TIMESTAMP")
    try checkTimestamp(timestamp)
    guard let handshake = try pool.challenges.handshake(block), handshake.attempt.clientID == client.id else {
      throw ServiceError.incorrectCredentials.noting("unknown SECRET_BLOCK")
    }
    guard pool.folded(handshake.attempt.userID) == pool.folded(username) else {
      throw ServiceError.incorrectCredentials.noting("USERNAME is not the one of the challenge")
    }
    return Claim(handshake: handshake, block: block, signature: signature, timestamp: timestamp)
  }

  /// Ends the exchange and tells whether the claim's signature is right.
  mutating func finishExchange(_ claim: Claim) throws -> Bool {
    try pool.challenges.finish(claim.block)
    let handshake = claim.handshake
    guard now - handshake.startedAt <= Self.claimWithin else {
      throw ServiceError.notAuthorized(
        "Invalid session for the user, session is expired.", note: "the claim came too late")
    }
    guard let given = Base64.decode(claim.signature), let secretBlock = Base64.decode(claim.block),
      let server = try SRPServer(verifier: handshake.verifier, privateKey: handshake.privateKey),
      let clientKey = try server.clientKey(handshake.clientKey)
    else { return false }
    let right = try server.signature(
      clientKey, identity: handshake.identity, secretBlock: secretBlock, timestamp: claim.timestamp)
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
}
