internal import AuthFlows
internal import NIOCore
internal import SessionModel

/// How operations on a signed-in account get at it: by a current access token of the session.
extension Agent {
  /// The scope that they need.
  static let accountScope = "aws.cognito.signin.user.admin"

  /// Does something with the account of a session.
  ///
  /// An access token that has expired is renewed first; without network the answer is `offline` at once. One that the
  /// provider does not take any more is renewed, and the work is done again, once.
  ///
  /// - Parameter id: of the sign-in that it must be; nil for whoever is signed in.
  func withAccount<Result: Sendable>(
    _ name: SessionName, id: String? = nil,
    _ work: @escaping @Sendable (CognitoClient, SessionRecord) async throws(ProviderFailure) -> Result
  ) async throws -> Result {
    let record = try await accountRecord(name)
    guard id == nil || record.id == id else { throw signInRequired(name) }
    let client = try await client(for: record)
    do throws(ProviderFailure) {
      return try await work(client, record)
    } catch {
      guard error.problem.code == .signInRequired, let renewed = try await renewedRecord(after: record) else {
        throw told(error, record)
      }
      do throws(ProviderFailure) {
        return try await work(client, renewed)
      } catch {
        throw told(error, renewed)
      }
    }
  }

  private func told(_ failure: ProviderFailure, _ record: SessionRecord) -> Problem {
    var problem = failure.problem.naming(names(record))
    problem.session = record.name
    return problem
  }

  /// The session with an access token that is valid now.
  private func accountRecord(_ name: SessionName) async throws -> SessionRecord {
    let deadline = refreshDeadline
    while true {
      guard let session = try liveSession(name, mayWaitForLogin: false) else { throw signInRequired(name) }
      try Agent.checkAccountScope(session.record)
      let now = self.now
      if isBackingOff(session, now) { throw accountRefusal(of: session, now) }
      switch session.machine.decide(.access, minimumTTL: 0, strict: false, now: now) {
      case .serve: return session.record
      case .serveAndRefresh:
        feed(.tokenWanted, to: session)
        return session.record
      case .refreshAndWait where isCutOff(from: session): throw accountRefusal(of: session, now)
      case .refreshAndWait: feed(.tokenWanted, to: session)
      case .wait: break
      case .refuse: throw accountRefusal(of: session, now)
      }
      guard now.boot < deadline else { throw accountRefusal(of: session, now) }
      try await waitWithPatience(of: name, until: deadline)
    }
  }

  /// Why the account can't be asked about. When the session's next refresh is due says nothing of what was wanted.
  private func accountRefusal(of session: LiveSession, _ now: Now) -> Problem {
    var problem = refusal(of: session, now: now)
    if let trouble = session.trouble, trouble.blocked == nil {
      problem.detail = trouble.problem.detail + " Nothing was done. Then try again."
    }
    return problem
  }

  /// Whether the provider can't be reached and is not to be asked now.
  private func isBackingOff(_ session: LiveSession, _ now: Now) -> Bool {
    guard case .waiting(let trouble) = session.machine.phase else { return false }
    return trouble.blocked == nil && trouble.until > now.boot
  }

  private static func checkAccountScope(_ record: SessionRecord) throws {
    guard record.identity.scopes.contains(accountScope) else {
      throw Problem(
        .unsupported,
        "The access token of session \(record.name) lacks the scope \(accountScope), without which the pool lets nobody "
          + "at the account. Sign in with that scope, or with another flow: "
          + loginCommand(record.profile, record.name) + " --flow srp --force", session: record.name)
    }
  }

  /// The session after a refresh, for a token that the provider does not take although it has not expired; nil where
  /// there is no newer one.
  private func renewedRecord(after record: SessionRecord) async throws -> SessionRecord? {
    let deadline = refreshDeadline
    if let session = current(record.name, id: record.id), session.record.generation == record.generation {
      feed(.refreshAsked, to: session)
    }
    while let session = current(record.name, id: record.id), session.record.generation == record.generation,
      session.isAttempting, now.boot < deadline
    {
      try await waitForNews(of: record.name, until: deadline)
    }
    let renewed = try await accountRecord(record.name)
    return renewed.id == record.id && renewed.generation != record.generation ? renewed : nil
  }
}
