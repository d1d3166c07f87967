internal import SessionModel
internal import WireJSON

/// SOFTWARE_TOKEN_MFA: a code of an authenticator app.
struct SoftwareTokenMFA: ChallengeHandler {
  let name = "SOFTWARE_TOKEN_MFA"

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    let prompt = LoginPrompt.totpCode(deviceName: challenge.parameters["FRIENDLY_DEVICE_NAME"])
    return try await run.askingCode(prompt) { run, code, _ in
      do {
        return try await run.respond(to: challenge, [JSONMember("SOFTWARE_TOKEN_MFA_CODE", .secret(code))])
      } catch let failure as ProviderFailure where failure.problem.provider?.code == "ExpiredCodeException" {
        throw failure.retold(
          as: .codeExpired, "This code was used already or is too old. Wait for the next one.")
      }
    }
  }
}
