internal import SessionModel
internal import WireJSON

/// MFA_SETUP: an authenticator app is enrolled while signing in (AssociateSoftwareToken, VerifySoftwareToken).
struct MFASetup: ChallengeHandler {
  let name = "MFA_SETUP"

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    try requireSoftwareToken(challenge)
    var (secret, session) = try await associate(challenge, run)
    let uri = OTPAuthURI.make(secret: secret, issuer: run.client.settings.userPoolID, account: run.username)
    return try await run.askingCode(.mfaSetup(secret: secret, otpauthURI: uri)) { run, code, answer in
      session = try await verify(code, deviceName: answer.deviceName, session: session, run)
      var verified = challenge
      verified.session = session
      return try await run.respond(to: verified, [])
    }
  }

  private func requireSoftwareToken(_ challenge: Challenge) throws(ProviderFailure) {
    guard let text = challenge.parameters["MFAS_CAN_SETUP"],
      let offered = (try? JSONValue.parse(text.utf8))?.array?.compactMap(\.string),
      !offered.contains("SOFTWARE_TOKEN_MFA")
    else { return }
    let detail = "The user pool wants a second factor set up, but not an authenticator app. Ask its administrator."
    throw ProviderFailure(.blocked(.refused), Problem(.unsupported, detail))
  }

  private func associate(
    _ challenge: Challenge, _ run: SignInRun
  ) async throws(ProviderFailure) -> (secret: Secret, session: Secret?) {
    let body = challenge.session.map { [JSONMember("Session", .secret($0))] } ?? []
    let answer = try SoftwareTokenAnswer(
      association: try await run.client.service.call(.associateSoftwareToken, body, for: .signIn))
    return (answer.secret, answer.session ?? challenge.session)
  }

  /// The session that the set-up goes on with.
  private func verify(
    _ code: Secret, deviceName: String?, session: Secret?, _ run: SignInRun
  ) async throws(ProviderFailure) -> Secret? {
    var body = [JSONMember("UserCode", .secret(code))]
    if let session { body.append(JSONMember("Session", .secret(session))) }
    if let deviceName, !deviceName.isEmpty { body.append(JSONMember("FriendlyDeviceName", .string(deviceName))) }
    let answer = try await run.client.service.call(.verifySoftwareToken, body, for: .signIn)
    return try SoftwareTokenAnswer.sessionAfter(verification: answer) ?? session
  }
}
