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
  func complete(
    _ login: String, _ signedIn: SignedIn, _ profile: Profile, _ client: CognitoClient
  ) async throws {
    guard let run = logins[login], !run.hasEnded else {
      // Given up while the provider answered: nothing half-done stays there either.
      return await revokeUnused(signedIn, client)
    }
    if let other = sessions[run.session],
      other.record.identity.subject != signedIn.identity.subject
        || other.record.identity.issuer != signedIn.identity.issuer, !run.replace
    {
      await revokeUnused(signedIn, client)
      throw Problem(
        .conflict,
        "Session \(run.session) is \(other.record.identity.username)'s, and \(signedIn.identity.username) signed in. "
          + "Run: \(Agent.loginCommand(profile.name, run.session)) --replace, or choose another --session NAME",
        session: run.session)
    }
    run.beginCompleting()
    let record: SessionRecord
    do {
      record = try await insert(signedIn, run, profile)
    } catch {
      await revokeUnused(signedIn, client)
      throw error
    }
    await keepDevice(signedIn, profile.name)
    install(record)
    show(.done(document(of: record.name), deviceToRemember: signedIn.device.keyToDecideOn), of: run)
  }

  private func insert(_ signedIn: SignedIn, _ run: LoginRun, _ profile: Profile) async throws -> SessionRecord {
    while true {
      do throws(StoreError) {
        let generation = try await parts.keystore.nextGeneration(for: run.session)
        let record = SessionRecord(
          name: run.session, id: parts.random.hexadecimal(bytes: 16), profile: profile.name, provider: "cognito",
          identity: signedIn.identity, binding: signedIn.binding, generation: generation, tokens: signedIn.tokens,
          anchor: anchor(signedIn.binding), signedInAt: now.wall, deviceKey: signedIn.device.key)
        let order = sessions[run.session].flatMap {
          revocationOrder(of: $0.record.tokens.refreshToken, like: $0.record)
        }
        let entry = JournalEntry(
          at: now.wall, event: .signedIn, from: sessions[run.session].map { standing($0) }, to: .active,
          generation: generation, cause: JournalCause(.user, code: run.flow.rawValue),
          message: JournalWords.signedIn(generation))
        try await parts.keystore.insert(record, revoking: order, journal: entry)
        if let order { outbox.add(order, now: now) }
        await revokeSuccessor(of: order)
        return record
      } catch {
        // A refresh of the session that is replaced was faster: the next generation is ours.
        if case .staleGeneration = error { continue }
        throw problem(error, session: run.session)
      }
    }
  }

  /// The refresh token that replaced the ordered one while the order was written.
  private func revokeSuccessor(of order: RevocationOrder?) async {
    guard let order, let old = sessions[order.session]?.record, let token = old.tokens.refreshToken,
      token != order.refreshToken
    else { return }
    await orderRevocation(of: token, like: old)
  }

  /// Takes a stored session into service.
  private func install(_ record: SessionRecord) {
    sessions[record.name].map { feed(.removed, to: $0) }
    damagedSessions[record.name] = nil
    unremoved.remove(record.name)
    let machine = SessionMachine(
      times: TokenTimes(record.tokens, now: providerNow(record.binding)), policy: refreshPolicy(of: record.profile),
      now: now, random: random())
    sessions[record.name] = LiveSession(record: record, machine: machine)
    settle(.session(record.name))
    parts.logger.info(
      "signed in", metadata: ["session": "\(record.name)", "generation": "\(record.generation)"])
    publish(
      .sessionCreated, session: record.name,
      [
        JSONMember("generation", .integer(record.generation.rawValue)),
        JSONMember("expires_at", .string(record.tokens.access.expiresAt.description)),
      ])
    sessions[record.name].map(tellSkew)
    wakeWaiters(of: record.name)
    armTimer()
    deliverRevocations(now.boot)
  }

  /// Tokens that nobody will use are given back.
  private func revokeUnused(_ signedIn: SignedIn, _ client: CognitoClient) async {
    guard let refreshToken = signedIn.tokens.refreshToken else { return }
    do throws(ProviderFailure) {
      _ = try await client.revoke(refreshToken: refreshToken)
    } catch {
      parts.logger.warning(
        "the tokens of a login that was given up could not be revoked",
        metadata: ["issuer": "\(signedIn.binding.issuer)", "why": "\(error.problem.detail)"])
    }
  }
}
