internal import SessionModel

/// A way to begin a sign-in. One file each; what follows is the challenges'.
protocol SignInFlow: Sendable {
  /// Begins, asking the person for what the flow needs.
  func begin(_ run: inout SignInRun) async throws -> AuthStep
}

extension LoginFlow {
  /// The flow of that name in a user pool.
  ///
  /// - Throws: `unsupported` for those that a user pool does not have here.
  func cognito() throws(ProviderFailure) -> any SignInFlow {
    switch self {
    case .srp: return SRPFlow()
    case .password: return PasswordFlow()
    case .custom, .customSRP, .choice, .web, .device, .guest, .admin:
      let detail = "Signing in to a user pool with the flow \"\(rawValue)\" is not supported. Use srp or password."
      throw ProviderFailure(.blocked(.refused), Problem(.unsupported, detail))
    }
  }
}
