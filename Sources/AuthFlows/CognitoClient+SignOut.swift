public import SessionModel
internal import WireJSON

extension CognitoClient {
  /// Makes a refresh token, and the access tokens that came from it, useless (RevokeToken).
  public func revoke(refreshToken: Secret) async throws(ProviderFailure) -> RevocationOutcome {
    try await revoke(refreshToken, at: endpoint, clientID: settings.clientID, clientSecret: clientSecret)
  }

  /// The same at the place and client that the token came from, whatever the profile says now. The profile's client
  /// secret goes along only where the profile still means that client at that place.
  public func revoke(
    refreshToken: Secret, binding: SessionBinding
  ) async throws(ProviderFailure) -> RevocationOutcome {
    guard let revocationEndpoint = binding.revocationEndpoint else { return .unsupported }
    let isOurs = revocationEndpoint == endpoint && binding.clientID == settings.clientID
    return try await revoke(
      refreshToken, at: revocationEndpoint, clientID: binding.clientID, clientSecret: isOurs ? clientSecret : nil)
  }

  private func revoke(
    _ refreshToken: Secret, at endpoint: String, clientID: String, clientSecret: Secret?
  ) async throws(ProviderFailure) -> RevocationOutcome {
    var body = [JSONMember("Token", .secret(refreshToken)), JSONMember("ClientId", .string(clientID))]
    if let clientSecret { body.append(JSONMember("ClientSecret", .secret(clientSecret))) }
    let service = CognitoService(endpoint: endpoint, transport: transport, clock: clock)
    do throws(ProviderFailure) {
      try await service.call(.revokeToken, body, for: .signOut).expectNothing()
      return .done
    } catch {
      switch error.problem.provider?.code {
      case "UnsupportedOperationException", "UnsupportedTokenTypeException", "UnknownOperationException":
        return .unsupported
      default:
        // A token that is dead already needs no revoking.
        if case .signInRequired = error.disposition { return .done }
        throw error
      }
    }
  }

  /// Ends all sessions of the user in the pool (GlobalSignOut). Access tokens that are out verify until they expire.
  public func globalSignOut(accessToken: Secret) async throws(ProviderFailure) {
    let body = [JSONMember("AccessToken", .secret(accessToken))]
    try await service.call(.globalSignOut, body, for: .signOut).expectNothing()
  }
}
