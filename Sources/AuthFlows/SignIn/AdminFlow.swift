internal import SessionModel
internal import WireJSON

/// ADMIN_USER_PASSWORD_AUTH: the password by requests that AWS credentials sign (AdminInitiateAuth).
struct AdminFlow: SignInFlow {
  func begin(_ run: inout SignInRun) async throws -> AuthStep {
    guard run.request.awsCredentials != nil else {
      let detail =
        "Flow admin needs AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for agentctl."
      throw ProviderFailure(.blocked(.refused), Problem(.invalidRequest, detail))
    }
    return try await run.askingPassword { run, password in
      try await run.initiate("ADMIN_USER_PASSWORD_AUTH", [JSONMember("PASSWORD", .secret(password))])
    }
  }
}
