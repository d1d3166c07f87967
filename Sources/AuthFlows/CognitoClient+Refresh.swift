public import SessionModel
internal import WireJSON

extension CognitoClient {
  /// Renews a session's tokens: GetTokensFromRefreshToken, and REFRESH_TOKEN_AUTH where the pool does not know that.
  ///
  /// The refresh token goes to the session's own endpoint and client or nowhere (SECURITY 1). Make
  /// `RefreshAnswer.newRefreshToken` durable, then `validate`.
  public func refresh(_ request: RefreshRequest) async throws(ProviderFailure) -> RefreshAnswer {
    guard request.binding.tokenEndpoint == endpoint, request.binding.clientID == settings.clientID else {
      let detail = "The session was signed in elsewhere than the profile says now. Sign in again: agentctl login."
      let reason = SessionReason.profileChanged
      throw ProviderFailure(
        .blocked(reason), Problem(.providerError, detail, retryable: true, reason: reason.rawValue))
    }
    let answer: ServiceAnswer
    do throws(ProviderFailure) {
      answer = try await service.call(.getTokensFromRefreshToken, getTokensBody(request), for: .refresh)
    } catch {
      guard CognitoClient.isUnknownOperation(error) else { throw error }
      answer = try await service.call(.initiateAuth, refreshFlowBody(request), for: .refresh)
    }
    return try read(answer)
  }

  private static func isUnknownOperation(_ failure: ProviderFailure) -> Bool {
    ["UnknownOperationException", "UnsupportedOperationException"].contains(failure.problem.provider?.code)
  }

  private func getTokensBody(_ request: RefreshRequest) -> [JSONMember] {
    var body = [
      JSONMember("ClientId", .string(settings.clientID)), JSONMember("RefreshToken", .secret(request.refreshToken)),
    ]
    if let clientSecret { body.append(JSONMember("ClientSecret", .secret(clientSecret))) }
    if let deviceKey = request.deviceKey { body.append(JSONMember("DeviceKey", .string(deviceKey))) }
    return body
  }

  private func refreshFlowBody(_ request: RefreshRequest) throws(ProviderFailure) -> [JSONMember] {
    var parameters = [JSONMember("REFRESH_TOKEN", .secret(request.refreshToken))]
    if let hash = try secretHash(for: request.username) { parameters.append(JSONMember("SECRET_HASH", .secret(hash))) }
    if let deviceKey = request.deviceKey { parameters.append(JSONMember("DEVICE_KEY", .string(deviceKey))) }
    return [
      JSONMember("AuthFlow", "REFRESH_TOKEN_AUTH"), JSONMember("ClientId", .string(settings.clientID)),
      JSONMember("AuthParameters", .object(parameters)),
    ]
  }

  /// Reads what came. A new refresh token is handed on even where the rest of the answer is damaged: the old one may be
  /// spent, and `validate` says what is wrong.
  private func read(_ answer: ServiceAnswer) throws(ProviderFailure) -> RefreshAnswer {
    var result = AuthenticationResult()
    var damage: ProviderFailure?
    do throws(ProviderFailure) {
      try answer.read { name, value in
        guard name == "AuthenticationResult" else { return try value.skip() }
        try result.read(&value)
      }
    } catch {
      damage = error
    }
    if damage == nil, result.accessToken == nil { damage = answer.unusable() }
    if let damage, result.refreshToken == nil { throw damage }
    return RefreshAnswer(
      newRefreshToken: result.refreshToken, accessToken: damage == nil ? result.accessToken : nil,
      idToken: damage == nil ? result.idToken : nil, expiresInSeconds: result.expiresInSeconds ?? 0,
      receivedAt: answer.receivedAt, providerDate: answer.providerDate)
  }

  /// Checks a refresh's tokens against the session's identity and the pool's keys.
  ///
  /// - Returns: the new token set. Where no ID token came the former one stays; where no refresh token came, that.
  /// - Throws: always trouble (`offline`), never the end of a session: the provider has refused nothing.
  public func validate(
    _ answer: RefreshAnswer, identity: Identity, previous: TokenSet
  ) async throws(ProviderFailure) -> TokenSet {
    guard let accessToken = answer.accessToken else {
      throw .unusable(
        "What the provider answered is not what it must be.",
        ProviderAnswer(httpStatus: 200, code: nil, requestID: nil), answerLost: false)
    }
    let now = answer.providerDate ?? answer.receivedAt
    let checked = try await check(access: accessToken, id: answer.idToken, subject: identity.subject, at: now)
    return TokenSet(
      access: checked.access.token, id: checked.id?.token ?? previous.id,
      refreshToken: answer.newRefreshToken ?? previous.refreshToken)
  }
}
