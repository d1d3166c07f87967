internal import AuthFlows
internal import NIOCore
internal import NIOHTTP1
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// What can be done with an account before its owner is signed in (CONTRACT §7.7).
extension Agent {
  func postSignUp(_ request: Request, _ name: ProfileName) throws -> Reply {
    try request.allowOnly()
    let wish = try request.signUp()
    return try beforeSignIn(name, wish.username) { client throws(ProviderFailure) in
      let done = try await client.signUp(
        username: wish.username, password: wish.password, attributes: wish.attributes)
      return .json(SignedUpDocument(done).json, status: .created)
    }
  }

  func postConfirm(_ request: Request, _ name: ProfileName) throws -> Reply {
    try request.allowOnly()
    let wish = try request.confirmation()
    return try beforeSignIn(name, wish.username) { client throws(ProviderFailure) in
      try await client.confirmSignUp(username: wish.username, code: wish.code)
      return .json([:])
    }
  }

  func postResendCode(_ request: Request, _ name: ProfileName) throws -> Reply {
    try request.allowOnly()
    let username = try request.username()
    return try beforeSignIn(name, username) { client throws(ProviderFailure) in
      .json(DeliveryDocument(delivery: try await client.resendConfirmationCode(username: username)).json)
    }
  }

  func postForgotPassword(_ request: Request, _ name: ProfileName) throws -> Reply {
    try request.allowOnly()
    let username = try request.username()
    return try beforeSignIn(name, username) { client throws(ProviderFailure) in
      .json(DeliveryDocument(delivery: try await client.forgotPassword(username: username)).json)
    }
  }

  func postResetPassword(_ request: Request, _ name: ProfileName) throws -> Reply {
    try request.allowOnly()
    let wish = try request.passwordReset()
    return try beforeSignIn(name, wish.username) { client throws(ProviderFailure) in
      try await client.confirmForgotPassword(
        username: wish.username, code: wish.code, newPassword: wish.newPassword)
      return .json([:])
    }
  }

  /// Does something with the user pool of a profile, as the profile is now.
  private func beforeSignIn(
    _ name: ProfileName, _ username: String,
    _ work: @escaping @Sendable (CognitoClient) async throws(ProviderFailure) -> Response
  ) throws -> Reply {
    // The client's secret lies in the store, where it has one.
    guard keystoreStatus.state == .unlocked, !isLocking else { throw lockedProblem(nil) }
    let profile = try parsed(try profile(name), name)
    guard case .cognito(let settings) = profile.provider else {
      throw Problem(.unsupported, "Accounts of OpenID Connect providers are looked after on the provider's own pages.")
    }
    return .later {
      let client = try await self.client(settings, caFile: profile.caFile, name)
      do throws(ProviderFailure) {
        return try await work(client)
      } catch {
        throw error.problem.naming(await self.names(name, name, username: username))
      }
    }
  }
}
