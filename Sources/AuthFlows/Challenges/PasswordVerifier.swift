internal import SessionModel
internal import WireJSON

/// PASSWORD_VERIFIER: the proof of the password by SRP.
enum PasswordVerifier {
  static func responses(
    to challenge: Challenge, keys: SRPKeyPair, password: Secret, in run: SignInRun
  ) throws(SRPError) -> [JSONMember] {
    guard let identity = challenge.parameters["USER_ID_FOR_SRP"], !identity.isEmpty else {
      throw .malformed("USER_ID_FOR_SRP")
    }
    let server = try SRPChallenge(parameters: challenge.parameters)
    let exchange = SRPExchange(realm: run.client.settings.poolName, identity: identity, keys: keys)
    return try claim(exchange, of: password, server, at: challenge.time)
  }

  /// The members that prove a password, a user's or a device's.
  static func claim(
    _ exchange: SRPExchange, of password: Secret, _ server: SRPChallenge, at time: Timestamp
  ) throws(SRPError) -> [JSONMember] {
    let timestamp = time.passwordClaim
    let signature = try exchange.claim(password: password, challenge: server, timestamp: timestamp)
    return [
      JSONMember("PASSWORD_CLAIM_SECRET_BLOCK", .string(server.secretBlockText)),
      JSONMember("PASSWORD_CLAIM_SIGNATURE", .secret(signature)), JSONMember("TIMESTAMP", .string(timestamp)),
    ]
  }
}
