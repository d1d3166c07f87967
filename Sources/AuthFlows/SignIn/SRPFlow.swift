internal import SessionModel
internal import WireJSON

/// USER_SRP_AUTH: the provider learns that the password is known, not the password.
struct SRPFlow: SignInFlow {
  func begin(_ run: inout SignInRun) async throws -> AuthStep {
    try await run.askingPassword { run, password in try await SRPFlow.prove(password, &run) }
  }

  /// One exchange from the start. Cognito takes a proof only within seconds of its challenge, so whatever interrupts
  /// one, the next begins anew with another a.
  private static func prove(_ password: Secret, _ run: inout SignInRun) async throws -> AuthStep {
    do {
      let keys = try SRPKeyPair(random: run.client.random)
      let step = try await run.initiate("USER_SRP_AUTH", [JSONMember("SRP_A", .string(keys.wire))])
      guard case .challenge(let challenge) = step, challenge.name == "PASSWORD_VERIFIER" else { return step }
      let responses = try PasswordVerifier.responses(to: challenge, keys: keys, password: password, in: run)
      return try await run.respond(to: challenge, responses)
    } catch let error as SRPError {
      throw ProviderFailure(.offline, Problem(.providerError, error.description, retryable: true))
    }
  }
}
