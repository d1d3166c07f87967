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
    case .custom: return CustomFlow()
    case .customSRP: return CustomSRPFlow()
    case .choice: return ChoiceFlow()
    case .admin: return AdminFlow()
    case .web, .device, .guest:
      let detail =
        "Signing in to a user pool with the flow \"\(rawValue)\" is not supported yet. "
        + "Use another one (--flow): srp, password, custom, custom-srp, choice or admin."
      throw ProviderFailure(.blocked(.refused), Problem(.unsupported, detail))
    }
  }
}
