/// The proof of a password: PASSWORD_VERIFIER.
extension PoolTurn {
  mutating func startSRP(_ attempt: Attempt, _ user: User?, _ parameters: Parameters) throws -> [String: JSON] {
    let clientKey = try parameters.required("SRP_A")
    let identity = pool.identity(attempt.userID)
    let password = try user?.password ?? simulatedPassword(attempt.userID)
    // Which device it is the answer to the challenge says.
    var attempt = attempt
    attempt.deviceKey = nil
    var shown = try startExchange(attempt, identity, password, clientKey: clientKey)
    shown["USER_ID_FOR_SRP"] = attempt.userID
    shown["USERNAME"] = attempt.userID
    return try ask(.passwordVerifier, attempt, shown)
  }

  mutating func answerPasswordVerifier(
    _ client: AppClient, _ responses: Parameters, username: String, session token: String?
  ) throws -> [String: JSON] {
    let claim: Claim
    let attempt: Attempt
    do {
      claim = try self.claim(responses, client, username: username)
      attempt = try withDevice(responses["DEVICE_KEY"], claim.handshake.attempt)
    } catch let error as ServiceError where error.isAboutDevice {
      // The same answer may come again without the device.
      throw error
    } catch {
      if let token { try pool.challenges.close(token) }
      throw error
    }
    if let token { try pool.challenges.close(token) }
    let isRight = try finishExchange(claim)
    guard let user = pool.users[attempt.userID] else {
      throw ServiceError.incorrectCredentials.noting("no such user")
    }
    return try signIn(user, attempt, passwordIsRight: isRight)
  }

  /// Somebody who does not exist has the same salt and id each time, as a real user would.
  private func simulatedPassword(_ userID: String) throws -> PasswordVerifier {
    let seed = try simulation("salt", userID)
    return try PasswordVerifier(
      password: Hex.encode(seed), identity: pool.identity(userID), salt: Array(seed.prefix(16)))
  }

  func simulatedID(_ name: String) throws -> String {
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
