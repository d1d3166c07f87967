internal import SessionCrypto
internal import SessionModel
internal import WireJSON

/// MFA_SETUP: an authenticator app is enrolled while signing in (AssociateSoftwareToken, VerifySoftwareToken).
struct MFASetup: ChallengeHandler {
  let name = "MFA_SETUP"

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    try requireSoftwareToken(challenge)
    var (secret, session) = try await associate(challenge, run)
    let uri = otpauthURI(secret: secret, run)
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
    let answer = try await run.client.service.call(.associateSoftwareToken, body, for: .signIn)
    var secret: Secret?
    var session: Secret?
    try answer.read { name, value in
      switch name {
      case "SecretCode": secret = try value.secret()
      case "Session": session = try value.null() ? nil : value.secret()
      default: try value.skip()
      }
    }
    guard let secret, !secret.isEmpty else { throw answer.unusable() }
    return (secret, session ?? challenge.session)
  }

  /// The session that the set-up goes on with.
  private func verify(
    _ code: Secret, deviceName: String?, session: Secret?, _ run: SignInRun
  ) async throws(ProviderFailure) -> Secret? {
    var body = [JSONMember("UserCode", .secret(code))]
    if let session { body.append(JSONMember("Session", .secret(session))) }
    if let deviceName, !deviceName.isEmpty { body.append(JSONMember("FriendlyDeviceName", .string(deviceName))) }
    let answer = try await run.client.service.call(.verifySoftwareToken, body, for: .signIn)
    var status: String?
    var next: Secret?
    try answer.read { name, value in
      switch name {
      case "Status": status = try value.string()
      case "Session": next = try value.null() ? nil : value.secret()
      default: try value.skip()
      }
    }
    guard status == "SUCCESS" else { throw .refused(.wrongCode, "The code is wrong. Try again.") }
    return next ?? session
  }

  /// `otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=ISSUER` (the Key URI format of authenticator apps).
  private func otpauthURI(secret: Secret, _ run: SignInRun) -> Secret {
    let issuer = MFASetup.percentEncoded(run.client.settings.userPoolID)
    let account = MFASetup.percentEncoded(run.username)
    return Secret(joining: [
      Secret(copyingUTF8: "otpauth://totp/\(issuer):\(account)?secret="), secret,
      Secret(copyingUTF8: "&issuer=\(issuer)"),
    ])
  }

  /// All but the unreserved characters of RFC 3986 §2.3 as `%XX`.
  private static func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || "0123456789-._~".utf8.contains(byte))
      return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
