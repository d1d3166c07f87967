internal import AuthFlows
internal import Logging
internal import NIOCore
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// Signing out, and the revocations that are owed after it (CONTRACT §6.6).
extension Agent {
  /// How long a sign-out waits for the provider before it says `queued`, in milliseconds.
  static let revocationPatience: Int64 = 3000

  func deleteSession(_ request: Request, _ name: SessionName) throws -> Reply {
    try request.allowOnly("everywhere")
    let everywhere = try request.bool("everywhere")
    return .later { .json(try await self.signOut(name, everywhere: everywhere).json) }
  }

  /// - Parameter owesRevocation: not where the account is gone, and its tokens with it.
  @discardableResult
  func signOut(
    _ name: SessionName, everywhere: Bool, owesRevocation: Bool = true
  ) async throws -> SignOutDocument {
    guard keystoreStatus.state == .unlocked else {
      return try await signOutLocked(name, everywhere: everywhere, owesRevocation: owesRevocation)
    }
    guard let session = sessions[name] else {
      if unremoved.rows[name] != nil { return try await removeAgain(name, everywhere: everywhere) }
      if damagedSessions[name] != nil {
        return try await signOutLocked(name, everywhere: everywhere, owesRevocation: owesRevocation)
      }
      if profileExists(name) { throw signInRequired(name) }
      throw Problem(.notFound, "There is no session named \(name). See what there is: agentctl status")
    }
    let record = session.record
    let entry = signOutEntry(name, from: standing(session))
    // From here on no token can be had, whatever the disk and the provider do.
    feed(.removed, to: session)
    sessions[name] = nil
    summaries.removeAll { $0.name == name }
    settle(.session(name))
    let order = owesRevocation ? revocationOrder(of: record.tokens.refreshToken, like: record) : nil
    do throws(StoreError) {
      try await parts.keystore.remove(session: name, order: order, journal: entry)
    } catch {
      unremoved.add(name, Unremoved.Row(order: order, entry: entry), now: now.boot)
      armTimer()
      if let order { enqueue(order) }
      publish(.sessionRemoved, session: name, [])
      throw stillOnDisk(name, problem(error, session: name))
    }
    publish(.sessionRemoved, session: name, [])
    parts.logger.info("signed out", metadata: ["session": "\(name)"])
    let everywhereDone = everywhere ? await globalSignOut(record) : nil
    guard let order else { return SignOutDocument(session: name, revocation: .none, everywhere: everywhereDone) }
    enqueue(order)
    return SignOutDocument(
      session: name, revocation: await outcome(of: order.id), everywhere: everywhereDone)
  }

  /// With the store locked (or the row damaged) the sealed refresh token moves into the order unopened.
  private func signOutLocked(
    _ name: SessionName, everywhere: Bool, owesRevocation: Bool
  ) async throws -> SignOutDocument {
    guard summaries.contains(where: { $0.name == name }) || damagedSessions[name] != nil else {
      guard keystoreStatus.state == .locked else { throw lockedProblem(name) }
      if profileExists(name) { throw signInRequired(name) }
      throw Problem(.notFound, "There is no session named \(name). See what there is: agentctl status")
    }
    let entry = signOutEntry(name, from: .locked)
    let ticket = newTicket()
    var moved = false
    do throws(StoreError) {
      if owesRevocation {
        moved = try await parts.keystore.remove(session: name, movingTokenTo: ticket, journal: entry)
      } else {
        try await parts.keystore.remove(session: name, order: nil, journal: entry)
      }
    } catch {
      throw problem(error, session: name)
    }
    // It may have been opened while the row went.
    if let opened = sessions[name] {
      feed(.removed, to: opened)
      sessions[name] = nil
    }
    summaries.removeAll { $0.name == name }
    damagedSessions[name] = nil
    settle(.session(name))
    publish(.sessionRemoved, session: name, [])
    return SignOutDocument(
      session: name, revocation: moved ? try await outcomeOfMoved(ticket.id) : .none,
      everywhere: everywhere ? .notDone : nil)
  }

  /// What becomes of an order whose token was moved unopened: it waits for the key where the store is locked.
  private func outcomeOfMoved(_ id: String) async throws -> SignOutDocument.Revocation {
    do throws(StoreError) {
      guard keystoreStatus.state == .unlocked else {
        closedOrders = try await parts.keystore.closedOrders()
        return .queued
      }
      let loaded = try await parts.keystore.revocationOrders()
      guard let order = loaded.orders.first(where: { $0.id == id }) else { return .none }
      if outbox.entries[id] == nil { enqueue(order) }
    } catch {
      throw problem(error)
    }
    return await outcome(of: id)
  }

  private func stillOnDisk(_ name: SessionName, _ problem: Problem) -> Problem {
    var problem = problem
    problem.detail =
      "Session \(name) is signed out, but its sealed data is still on the disk, where a restart finds it: "
      + problem.detail
    return problem
  }

  /// Tries anew what a full disk did not allow.
  private func removeAgain(_ name: SessionName, everywhere: Bool) async throws -> SignOutDocument {
    guard let row = unremoved.rows[name] else { throw signInRequired(name) }
    do throws(StoreError) {
      let isOwed = row.order.map { outbox.entries[$0.id] != nil } ?? false
      try await parts.keystore.remove(session: name, order: isOwed ? row.order : nil, journal: row.entry)
    } catch {
      throw stillOnDisk(name, problem(error, session: name))
    }
    unremoved.remove(name)
    parts.logger.info("the data of a session that was signed out is gone", metadata: ["session": "\(name)"])
    let isOwed = row.order.map { outbox.entries[$0.id] != nil } ?? false
    return SignOutDocument(
      session: name, revocation: isOwed ? .queued : .done, everywhere: everywhere ? .notDone : nil)
  }

  /// Has removals tried again that are due.
  func retryRemovals(_ boot: BootInstant) {
    for name in unremoved.take(boot) {
      Task { await self.retryRemoval(of: name) }
    }
  }

  /// The last try, before the agent ends.
  func finishRemovals() async {
    for name in unremoved.rows.keys { await retryRemoval(of: name) }
  }

  private func retryRemoval(of name: SessionName) async {
    do {
      _ = try await removeAgain(name, everywhere: false)
    } catch {
      parts.logger.warning(
        "the data of a session that was signed out stays on the disk",
        metadata: ["session": "\(name)", "why": "\((error as? Problem)?.detail ?? "")"])
    }
  }

  private func globalSignOut(_ record: SessionRecord) async -> SignOutDocument.Everywhere {
    // Of two sessions of one person the second has no token left to ask with, and nothing left to ask for.
    if signedOutEverywhere.remove(record.id) != nil { return .done }
    let others = sessions.all.map(\.record).filter {
      $0.identity.issuer == record.identity.issuer && $0.identity.subject == record.identity.subject
    }
    do {
      let client = try await client(for: record)
      let access = try await usableAccessToken(record, client)
      try await client.globalSignOut(accessToken: access)
      signedOutEverywhere.formUnion(others.map(\.id))
      return .done
    } catch {
      parts.logger.warning(
        "signing out everywhere was not done",
        metadata: ["session": "\(record.name)", "why": "\(Agent.failure(error).problem.detail)"])
      return .notDone
    }
  }

  /// The access token, renewed where it has expired: GlobalSignOut takes no other proof.
  private func usableAccessToken(_ record: SessionRecord, _ client: CognitoClient) async throws -> Secret {
    if record.tokens.access.expiresAt > providerNow(record.binding).wall.adding(milliseconds: 1000) {
      return record.tokens.access.value
    }
    guard let refreshToken = record.tokens.refreshToken else { throw signInRequired(record.name) }
    let answer = try await client.refresh(
      RefreshRequest(
        refreshToken: refreshToken, username: record.identity.username, deviceKey: record.deviceKey,
        binding: record.binding))
    if let rotated = answer.newRefreshToken { await orderRevocation(of: rotated, like: record) }
    guard let access = answer.accessToken else { throw signInRequired(record.name) }
    return access
  }

  // MARK: - Orders

  /// An order to revoke a token of that session; nil where there is none to revoke.
  func revocationOrder(of token: Secret?, like record: SessionRecord) -> RevocationOrder? {
    guard let token, record.binding.revocationEndpoint != nil else { return nil }
    let ticket = newTicket()
    return RevocationOrder(
      id: ticket.id, session: record.name, profile: record.profile, binding: record.binding, refreshToken: token,
      createdAt: ticket.createdAt, givesUpAt: ticket.givesUpAt)
  }

  /// Stores an order and has it carried out: for a token that came when its session was already gone.
  func orderRevocation(of token: Secret, like record: SessionRecord) async {
    guard let order = revocationOrder(of: token, like: record) else { return }
    do throws(StoreError) {
      try await parts.keystore.queue(order)
    } catch {
      parts.logger.warning("an order to revoke could not be stored", metadata: ["error": "\(error)"])
    }
    enqueue(order)
  }

  private func newTicket() -> RevocationTicket {
    let now = self.now.wall
    return RevocationTicket(
      id: parts.random.hexadecimal(bytes: 16), createdAt: now,
      givesUpAt: now.adding(milliseconds: Int64(parts.settings.revokeGiveUpDays) * 86_400_000))
  }

  private func enqueue(_ order: RevocationOrder) {
    outbox.add(order, now: now)
    deliverRevocations(now.boot)
  }

  /// The name under which the store keeps the client's secret for an order alone; nil where the profile still has it.
  private func keeper(of order: RevocationOrder) async throws(StoreError) -> Name? {
    guard let name = Agent.keeper(order.id), try await parts.keystore.hasClientSecret(for: name) else { return nil }
    return name
  }

  private static func keeper(_ order: String) -> Name? { Name("revoke-\(order)") }

  /// Before a profile's secret goes, each order that needs it gets it for its own (SECURITY 4).
  func keepSecretForOrders(of profile: ProfileName) async throws(StoreError) {
    for entry in outbox.all where entry.order.profile == profile {
      guard let name = Agent.keeper(entry.order.id), let secret = try await parts.keystore.clientSecret(for: profile)
      else { continue }
      if try await !parts.keystore.hasClientSecret(for: name) {
        try await parts.keystore.setClientSecret(secret, for: name)
      }
    }
  }

  /// Waits a little for an order that was just given.
  private func outcome(of id: String) async -> SignOutDocument.Revocation {
    let name = outbox.entries[id]?.order.session
    let deadline = now.boot.adding(milliseconds: Agent.revocationPatience)
    while let name, let entry = outbox.entries[id], entry.order.attempts == 0, now.boot < deadline {
      do throws(CancellationError) {
        try await waitForNews(of: name, until: deadline)
      } catch {
        break
      }
    }
    if outbox.entries[id] != nil { return .queued }
    return outbox.unsupported.contains(id) ? .unsupported : .done
  }

  /// Begins what is due.
  func deliverRevocations(_ boot: BootInstant) {
    guard keystoreStatus.state == .unlocked else { return }
    for order in outbox.take(boot) {
      Task { await self.deliver(order) }
    }
    armTimer()
  }

  private func deliver(_ order: RevocationOrder) async {
    let members = [JSONMember("issuer", .string(order.binding.issuer))]
    guard now.wall < order.givesUpAt else {
      await forget(order)
      publish(.revocationGivenUp, session: order.session, members)
      return
    }
    do {
      let client = try await client(binding: order.binding, order.profile, secretOf: try await keeper(of: order))
      let outcome = try await client.revoke(refreshToken: order.refreshToken, binding: order.binding)
      if outcome == .unsupported { outbox.unsupported.insert(order.id) }
      await forget(order)
      if outcome == .done { noteRevocation(of: order) }
      publish(.revocationDone, session: order.session, members)
    } catch {
      await putOff(order, Agent.failure(error))
    }
    wakeWaiters(of: order.session)
    armTimer()
  }

  /// A definite refusal ends an order: the token is of no use already, or can't be revoked by us.
  private func putOff(_ order: RevocationOrder, _ failure: ProviderFailure) async {
    if case .signInRequired = failure.disposition {
      await forget(order)
      publish(.revocationDone, session: order.session, [JSONMember("issuer", .string(order.binding.issuer))])
      return
    }
    guard let updated = outbox.failed(order.id, failure.problem, now: now, random: random()) else { return }
    do throws(StoreError) {
      try await parts.keystore.updateRevocationOrder(
        id: updated.id, attempts: updated.attempts, lastError: updated.lastError)
    } catch {
      parts.logger.debug("an order's attempts could not be stored", metadata: ["error": "\(error)"])
    }
  }

  private func noteRevocation(of order: RevocationOrder) {
    let state = sessions[order.session].map { standing($0) }
    let entry = JournalEntry(
      at: now.wall, event: .revoked, from: state, to: state, cause: JournalCause(.provider),
      message: JournalWords.revoked)
    note([JournalNote(order.session, entry)])
  }

  private func forget(_ order: RevocationOrder) async {
    outbox.remove(order.id)
    do throws(StoreError) {
      if let keeper = try await keeper(of: order) { try await parts.keystore.setClientSecret(nil, for: keeper) }
      try await parts.keystore.deleteRevocationOrder(id: order.id)
    } catch {
      parts.logger.warning("an order that was carried out stays stored", metadata: ["error": "\(error)"])
    }
  }
}
