internal import SessionModel
internal import WireJSON

/// USER_SRP_AUTH: the provider learns that the password is known, not the password.
struct SRPFlow: SignInFlow {
  func begin(_ run: inout SignInRun) async throws -> AuthStep {
    try await run.askingPassword { run, password in
      try await run.proving(password) { run, publicValue in try await run.initiate("USER_SRP_AUTH", [publicValue]) }
    }
  }
}

extension SignInRun {
  /// One SRP exchange from its start: `begin` sends SRP_A, and the proof goes out where the pool asks for it. Cognito
  /// takes a proof only within seconds of its challenge, so whatever interrupts one, the next begins anew with
  /// another a.
  mutating func proving(
    _ password: Secret, _ begin: (inout SignInRun, _ publicValue: JSONMember) async throws -> AuthStep
  ) async throws -> AuthStep {
    do {
      let keys = try SRPKeyPair(random: client.random)
      let step = try await begin(&self, JSONMember("SRP_A", .string(keys.wire)))
      guard case .challenge(let challenge) = step, challenge.name == "PASSWORD_VERIFIER" else { return step }
      let responses = try PasswordVerifier.responses(to: challenge, keys: keys, password: password, in: self)
      return try await respond(to: challenge, responses)
    } catch let error as SRPError {
      throw ProviderFailure(.offline, Problem(.providerError, error.description, retryable: true))
    }
  }
}
