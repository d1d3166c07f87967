public import SessionModel

extension CognitoClient {
  /// How many challenges a sign-in may have before it is taken for one without end.
  private static let mostChallenges = 20

  /// Signs a person in, asking for all that the pool wants. Nothing is handed back before it was checked.
  ///
  /// - Throws: `ProviderFailure`, or `CancellationError` when the login was given up.
  public func signIn(_ request: SignInRequest, conversation: any LoginConversation) async throws -> SignedIn {
    do {
      let flow = try request.flow.cognito()
      let username = try await name(request, conversation)
      var run = SignInRun(client: self, conversation: conversation, request: request, username: username)
      let tokens = try await tokens(of: flow, &run)
      return try await signedIn(tokens, run)
    } catch let failure as ProviderFailure {
      try Task.checkCancellation()
      throw failure
    } catch let error as CancellationError {
      throw error
    } catch {
      throw ProviderFailure(.offline, Problem(.internal, "The sign-in failed in a way that was not expected."))
    }
  }

  private func name(_ request: SignInRequest, _ conversation: any LoginConversation) async throws -> String {
    if let username = request.username, !username.isEmpty { return username }
    let answer = try await conversation.ask(.username, refused: nil)
    guard let name = answer.value?.revealString(), !name.isEmpty else {
      throw ProviderFailure(.blocked(.refused), Problem(.invalidRequest, "A user name is needed to sign in."))
    }
    return name
  }

  private func tokens(of flow: any SignInFlow, _ run: inout SignInRun) async throws -> SignInTokens {
    var step = try await flow.begin(&run)
    for _ in 0..<CognitoClient.mostChallenges {
      switch step {
      case .signedIn(let tokens): return tokens
      case .challenge(let challenge):
        try Task.checkCancellation()
        step = try await ChallengeHandlers.find(challenge.name).answer(challenge, &run)
      }
    }
    throw ProviderFailure.pointless("The user pool asks for more and more, and gives no tokens.")
  }

  private func signedIn(_ tokens: SignInTokens, _ run: SignInRun) async throws(ProviderFailure) -> SignedIn {
    let checked = try await check(
      access: tokens.accessToken, id: tokens.idToken, subject: nil, at: tokens.answer.providerTime)
    let identity = checked.access.identity
    let binding = SessionBinding(
      issuer: identity.issuer, tokenEndpoint: endpoint, revocationEndpoint: endpoint, clientID: settings.clientID,
      userPoolID: settings.userPoolID, caFile: caFile)
    return SignedIn(
      tokens: TokenSet(access: checked.access.token, id: checked.id?.token, refreshToken: tokens.refreshToken),
      identity: identity, typedName: run.username, binding: binding, expiresInSeconds: tokens.expiresInSeconds,
      receivedAt: tokens.answer.receivedAt, providerDate: tokens.answer.providerDate,
      device: await deviceOutcome(tokens, run))
  }
}
