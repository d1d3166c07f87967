internal import SessionModel
internal import WireJSON

/// CUSTOM_AUTH: the questions of the pool's own Lambda triggers.
struct CustomFlow: SignInFlow {
  func begin(_ run: inout SignInRun) async throws -> AuthStep {
    try await run.beginning { run in try await run.initiate("CUSTOM_AUTH", []) }
  }
}

/// CUSTOM_AUTH after the proof of the password by SRP.
struct CustomSRPFlow: SignInFlow {
  func begin(_ run: inout SignInRun) async throws -> AuthStep {
    try await run.askingPassword { run, password in
      try await run.proving(password) { run, publicValue in
        try await run.initiate("CUSTOM_AUTH", [JSONMember("CHALLENGE_NAME", "SRP_A"), publicValue])
      }
    }
  }
}
