internal import SessionModel
internal import WireJSON

/// USER_PASSWORD_AUTH: the password goes to the provider inside TLS. For pools that migrate users.
struct PasswordFlow: SignInFlow {
  func begin(_ run: inout SignInRun) async throws -> AuthStep {
    try await run.askingPassword { run, password in
      try await run.initiate("USER_PASSWORD_AUTH", [JSONMember("PASSWORD", .secret(password))])
    }
  }
}
