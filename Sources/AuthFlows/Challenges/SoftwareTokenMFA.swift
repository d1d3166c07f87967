internal import SessionModel
internal import WireJSON

/// SOFTWARE_TOKEN_MFA: a code of an authenticator app.
struct SoftwareTokenMFA: ChallengeHandler {
  let name = "SOFTWARE_TOKEN_MFA"

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    let prompt = LoginPrompt.totpCode(deviceName: challenge.parameters["FRIENDLY_DEVICE_NAME"])
    return try await run.askingCode(prompt) { run, code, _ in
      try await run.respond(to: challenge, [JSONMember("SOFTWARE_TOKEN_MFA_CODE", .secret(code))])
    }
  }
}
