internal import AuthFlows
internal import Logging
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// The end of a login that succeeded.
extension Agent {
  /// Makes the session durable, then known.
  ///
  /// - Throws: `Problem`.
  func complete(_ login: String, _ signedIn: SignedIn, _ profile: Profile) async throws {
    guard let run = logins[login], !run.hasEnded else {
      // Given up while the provider answered: nothing half-done stays there either.
      return await revokeUnused(signedIn, session: nil, profile.name)
    }
    if let other = sessions[run.session],
      other.record.identity.subject != signedIn.identity.subject
        || other.record.identity.issuer != signedIn.identity.issuer, !run.replace
    {
      await revokeUnused(signedIn, session: run.session, profile.name)
      throw Problem(
        .conflict,
        "Session \(run.session) is \(other.record.identity.username)'s, and \(signedIn.identity.username) signed in. "
          + "Run: agentctl login \(profile.name) --replace, or with --session NAME", session: run.session)
    }
    let record = try await insert(signedIn, run, profile)
    guard !run.hasEnded else { return }
    install(record)
    show(.done(document(of: record.name)), of: run)
  }

  private func insert(_ signedIn: SignedIn, _ run: LoginRun, _ profile: Profile) async throws -> SessionRecord {
    let old = sessions[run.session]?.record
    let provider = "cognito"
    do throws(StoreError) {
      let generation = try await parts.keystore.nextGeneration(for: run.session)
      let record = SessionRecord(
        name: run.session, id: parts.random.hexadecimal(bytes: 16), profile: profile.name, provider: provider,
        identity: signedIn.identity, binding: signedIn.binding, generation: generation, tokens: signedIn.tokens,
        signedInAt: now.wall)
      // A refresh under way belongs to the session that is replaced; its results are dropped from here on.
      let order = old.flatMap { revocationOrder(of: $0.tokens.refreshToken, like: $0) }
      try await parts.keystore.insert(record, revoking: order)
      if let order { outbox.add(order, now: now) }
      return record
    } catch {
      await revokeUnused(signedIn, session: run.session, profile.name)
      throw problem(error, session: run.session)
    }
  }

  /// Takes a stored session into service.
  private func install(_ record: SessionRecord) {
    sessions[record.name].map { feed(.removed, to: $0) }
    damagedSessions[record.name] = nil
    let machine = SessionMachine(
      times: TokenTimes(record.tokens, now: now), policy: refreshPolicy(of: record.profile), now: now, random: random())
    sessions[record.name] = LiveSession(record: record, machine: machine)
    network = .online
    parts.logger.info(
      "signed in", metadata: ["session": "\(record.name)", "generation": "\(record.generation)"])
    publish(
      .sessionCreated, session: record.name,
      [
        JSONMember("generation", .integer(record.generation.rawValue)),
        JSONMember("expires_at", .string(record.tokens.access.expiresAt.description)),
      ])
    wakeWaiters(of: record.name)
    armTimer()
    deliverRevocations(now.boot)
  }

  /// Tokens that nobody will use are given back.
  private func revokeUnused(_ signedIn: SignedIn, session: SessionName?, _ profile: ProfileName) async {
    guard let refreshToken = signedIn.tokens.refreshToken else { return }
    do {
      let client = try await client(binding: signedIn.binding, profile)
      _ = try await client.revoke(refreshToken: refreshToken)
    } catch {
      parts.logger.warning(
        "the tokens of a login that was given up could not be revoked", metadata: ["profile": "\(profile)"])
    }
  }
}
