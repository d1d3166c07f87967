internal import SessionModel
internal import WireJSON

extension CognitoClient {
  /// Asks for an operation of the account, again while the provider throttles.
  func account(
    _ operation: Operation, _ body: [JSONMember], for purpose: Purpose
  ) async throws(ProviderFailure) -> ServiceAnswer {
    var pace = ThrottlePace()
    while true {
      do throws(ProviderFailure) {
        return try await service.call(operation, body, for: purpose)
      } catch {
        guard let delay = pace.delay(after: error, random: random) else { throw error }
        do {
          try await pause(delay)
        } catch {
          throw ProviderFailure(.offline, Problem(.offline, "The request was given up. Try again."))
        }
      }
    }
  }

  /// Asks for an operation with the access token of who looks after the account.
  func account(
    _ operation: Operation, _ accessToken: Secret, _ members: JSONMember...
  ) async throws(ProviderFailure) -> ServiceAnswer {
    try await account(operation, [JSONMember("AccessToken", .secret(accessToken))] + members, for: .account)
  }

  /// Asks for an operation on the account of that name before its owner is signed in; the secret hash is made over
  /// exactly that name.
  func account(
    _ operation: Operation, named username: String, _ members: [JSONMember] = []
  ) async throws(ProviderFailure) -> ServiceAnswer {
    var body = [JSONMember("ClientId", .string(settings.clientID)), JSONMember("Username", .string(username))]
    if let hash = try secretHash(for: username) { body.append(JSONMember("SecretHash", .secret(hash))) }
    return try await account(operation, body + members, for: .signUp)
  }
}
