internal import Logging
internal import NIOCore
internal import SessionAPI
internal import SessionModel
internal import SessionStore
internal import WireJSON

/// Opening and locking the keystore.
extension Agent {
  /// The time between two attempts at a store whose file is out of reach, in milliseconds.
  private static let fileInterval: Int64 = 10_000

  /// Takes a store that was opened, or tried to be, into service, all at once: until then it counts as it did before,
  /// so that nobody meets half of it.
  func takeIn(_ status: KeystoreStatus) async {
    loadProfiles()
    do throws(StoreError) {
      if status.state == .unlocked { try await takeInOpen(status) } else { try await takeInClosed(status) }
    } catch {
      keystoreStatus = await parts.keystore.status
      parts.logger.error("the sessions could not be read", metadata: ["error": "\(error)"])
    }
    awaitFile()
    armTimer()
    deliverRevocations(now.boot)
  }

  private func takeInClosed(_ status: KeystoreStatus) async throws(StoreError) {
    let names = try await parts.keystore.sessionNames()
    let orders = try await parts.keystore.closedOrders()
    guard keystoreStatus.state != .unlocked else { return }
    (keystoreStatus, summaries, closedOrders) = (status, names, orders)
  }

  private func takeInOpen(_ status: KeystoreStatus) async throws(StoreError) {
    let loaded = try await parts.keystore.sessions()
    let orders = try await parts.keystore.revocationOrders()
    let names = try await parts.keystore.sessionNames()
    // Somebody else opened it meanwhile, and sessions may have come and gone since.
    guard keystoreStatus.state != .unlocked else { return }
    guard !wasLocked else { return keystoreStatus = await parts.keystore.status }
    (keystoreStatus, summaries, closedOrders) = (status, names, [])
    serve(loaded, orders)
  }

  private func serve(_ loaded: LoadedSessions, _ orders: LoadedOrders) {
    settle(.keystore)
    let present = Set(summaries.map(\.name))
    for row in loaded.damaged {
      if let name = Name(row.name) { damagedSessions[name] = damage(to: name, row.why) }
      parts.logger.error("a session is damaged", metadata: ["session": "\(row.name)", "why": "\(row.why)"])
    }
    let restored = loaded.records.filter { present.contains($0.name) && unremoved.rows[$0.name] == nil }.map(restore)
    for session in restored { session.isHeldBack = loaded.heldBack.contains(session.record.name) }
    for row in orders.damaged {
      parts.logger.error("an order to revoke is damaged", metadata: ["order": "\(row.name)", "why": "\(row.why)"])
    }
    noteOpening(of: restored)
    for session in restored { checkProfile(of: session) }
    for order in orders.orders where outbox.entries[order.id] == nil { outbox.add(order, now: now) }
  }

  private func damage(to name: SessionName, _ why: String) -> String {
    let profile = summaries.first { $0.name == name }?.profile ?? name
    return "Session \(name) is damaged in the keystore. \(why) Sign in again: \(Agent.loginCommand(profile, name))"
  }

  private func restore(_ record: SessionRecord) -> LiveSession {
    let seen = takeUp(record)
    let machine = SessionMachine(
      times: TokenTimes(record.tokens, now: seen), policy: refreshPolicy(of: record.profile),
      unfinished: record.refreshIntent, ended: record.signInRequired, now: now, random: random())
    let session = LiveSession(record: record, machine: machine)
    sessions[record.name] = session
    return session
  }

  /// The first opening is a restart to the sessions, each later one an unlocking.
  private func noteOpening(of restored: [LiveSession]) {
    let isStart = !wasOpened
    wasOpened = true
    note(
      restored.map { session in
        let isUnfinished = session.record.refreshIntent != nil
        let entry =
          isStart
          ? entry(
            .restarted, of: session, from: nil,
            because: JournalCause(.restart, code: isUnfinished ? "unfinished" : nil),
            JournalWords.restarted(isRefreshUnfinished: isUnfinished))
          : entry(
            .unlocked, of: session, from: .locked, to: standing(session), because: JournalCause(.user),
            JournalWords.unlocked)
        return JournalNote(session.record.name, entry)
      })
  }

  func postUnlock(_ request: Request) throws -> Reply {
    try request.allowOnly()
    let wish = try request.unlockWish()
    let peer = request.peer
    return .later {
      guard let place = wish.pinentry else { return .json(try await self.unlock(wish).json) }
      return .json(try await self.unlockByPinentry(place, for: peer).json)
    }
  }

  /// As a person wants it, who may be asked by the keyring.
  private func unlock(_ wish: UnlockDocument) async throws -> KeystoreDocument {
    do throws(StoreError) {
      return try await open(wish.passphrase, pin: wish.pin, mayAsk: true)
    } catch {
      parts.logger.notice("the keystore was not opened", metadata: ["why": "\(error)"])
      throw problem(error)
    }
  }

  /// Opens the store and takes its sessions into service, unless it is open.
  func open(_ passphrase: Secret?, pin: Secret? = nil, mayAsk: Bool) async throws(StoreError) -> KeystoreDocument {
    guard keystoreStatus.state != .unlocked else { return keystoreDocument }
    wasLocked = false
    let status: KeystoreStatus
    do throws(StoreError) {
      status = try await parts.keystore.unlock(passphrase: passphrase, pin: pin, mayAsk: mayAsk)
    } catch {
      let failed = await parts.keystore.status
      if keystoreStatus.isFileOutOfReach, !failed.isFileOutOfReach {
        // It can be read by now, if not opened: its sessions' names are known.
        await takeIn(failed)
      } else if keystoreStatus.state != .unlocked {
        keystoreStatus = failed
        awaitFile()
        armTimer()
      }
      awaitKeyring()
      throw error
    }
    await takeInAndTell(status)
    return keystoreDocument
  }

  private func takeInAndTell(_ status: KeystoreStatus) async {
    let wasOpened = keystoreStatus.state == .unlocked
    await takeIn(status)
    if keystoreStatus.state == .unlocked, !wasOpened {
      parts.logger.info("keystore unlocked")
      publish(.keystoreUnlocked, session: nil, [])
    }
  }

  /// The keyring's watch is there.
  ///
  /// - Parameter ask: has it tell when the keyring answers.
  func watch(keyring ask: @escaping @Sendable () -> Void) {
    askKeyring = ask
    awaitKeyring()
  }

  func hear(ofKeyring news: SecretServiceWatch.News) {
    // One that answers, and then does not, is not asked again before it has news of its own.
    if case .changed = news { isKeyringAsked = false }
    keyringChanged()
  }

  /// Where the keyring did not answer in time, it may take its time once.
  private func awaitKeyring() {
    guard keystoreStatus.state != .unlocked, keystoreStatus.isKeyringSilent, !isKeyringAsked, let askKeyring else {
      return
    }
    isKeyringAsked = true
    askKeyring()
  }

  /// The keyring has news: a store that waits for it is tried again, soon and a few times. One that a person locked
  /// stays locked.
  private func keyringChanged() {
    guard keystoreStatus.state != .unlocked, !wasLocked, !isTryingKeyring else { return }
    isTryingKeyring = true
    Task {
      for milliseconds in [0, 1000, 3000] as [Int64] {
        await pause(milliseconds: milliseconds)
        guard !wasLocked else { break }
        do throws(StoreError) {
          if try await open(nil, mayAsk: false).state == .unlocked { break }
        } catch {
          parts.logger.debug("the keyring did not open the keystore", metadata: ["error": "\(error)"])
        }
      }
      isTryingKeyring = false
    }
  }

  private func awaitFile() {
    fileRetry = keystoreStatus.isFileOutOfReach && !wasLocked ? now.boot.adding(milliseconds: Agent.fileInterval) : nil
  }

  /// A store whose file is out of reach is tried again by itself: nothing tells when a disk has room.
  func retryFile(_ boot: BootInstant) {
    guard let due = fileRetry, due <= boot else { return }
    awaitFile()
    Task {
      let status = await parts.keystore.retryFile()
      // Ended or locked meanwhile, or opened by somebody.
      guard fileRetry != nil, keystoreStatus.state != .unlocked else { return }
      if status.isFileOutOfReach { keystoreStatus = status } else { await takeInAndTell(status) }
    }
  }

  /// Waits on the loop.
  func pause(milliseconds: Int64) async {
    try? await loop.scheduleTask(in: .milliseconds(milliseconds)) {}.futureResult.get()
  }

  func postLock(_ request: Request) throws -> Reply {
    try request.allowOnly()
    // Carried out whether or not somebody waits for it to be done.
    return .later { .json(try await Task { try await self.lock() }.value.json) }
  }

  /// Forgets keys and tokens. A refresh under way is let finish first, within its own bounds: its answer may hold the
  /// only refresh token that still serves.
  private func lock() async throws -> KeystoreDocument {
    wasLocked = true
    guard keystoreStatus.state == .unlocked else {
      // Nor does it open by itself after this, or by what tries to open it just now.
      fileRetry = nil
      armTimer()
      await parts.keystore.lock()
      return keystoreDocument
    }
    isLocking = true
    giveUpLogins()
    let deadline = now.boot.adding(milliseconds: Int64(parts.settings.requestTimeoutSeconds + 2) * 1000)
    await waitWhileBusy(until: deadline)
    await parts.keystore.lock()
    let status = await parts.keystore.status
    let names = sessions.names
    note(
      sessions.all.map { session in
        JournalNote(
          session.record.name,
          entry(
            .locked, of: session, from: standing(session), to: .locked, because: JournalCause(.user),
            JournalWords.locked))
      })
    forgetSessions()
    keystoreStatus = status
    isLocking = false
    await takeIn(status)
    for name in names { wakeWaiters(of: name) }
    parts.logger.info("keystore locked")
    publish(.keystoreLocked, session: nil, [])
    return keystoreDocument
  }

  /// Forgets all that the store has, in memory.
  func forgetSessions() {
    sessions.removeAll()
    damagedSessions.removeAll()
    outbox.removeAll()
  }

  /// A session whose refresh or sign-in is under way and will soon be durable.
  var busy: SessionName? {
    sessions.all.first(where: \.isAttempting)?.record.name
      ?? logins.values.first { $0.isCompleting && !$0.hasEnded }?.session
  }

  func getKeystore(_ request: Request) throws -> Reply {
    try request.allowOnly()
    return .later { .json(await self.freshKeystoreDocument().json) }
  }

  private func freshKeystoreDocument() async -> KeystoreDocument {
    await parts.keystore.look()
    let status = await parts.keystore.status
    if status.state == keystoreStatus.state, status.isFileOutOfReach == keystoreStatus.isFileOutOfReach {
      keystoreStatus = status
    }
    // Damage that was met while the store was open: its sessions are served from memory all the same.
    return status.state == .damaged ? document(of: status) : keystoreDocument
  }

  /// Why the refresh token of a session is not sent.
  func heldBack(_ name: SessionName) -> Problem {
    Problem(
      .storageFailed,
      "The keystore is older than it was, so the refresh token of session \(name) may be spent, and is not sent. "
        + "To send it all the same: agentctl refresh --force \(name)", session: name)
  }

  /// Has a session's refresh token sent although the store is older than it was: a person said so.
  ///
  /// - Returns: whether it was held back.
  func release(_ session: LiveSession) -> Bool {
    guard session.isHeldBack else { return false }
    session.isHeldBack = false
    let name = session.record.name
    Task {
      do throws(StoreError) {
        try await parts.keystore.release(name)
      } catch {
        parts.logger.warning("a hold stays stored", metadata: ["session": "\(name)", "error": "\(error)"])
      }
    }
    return true
  }

  var keystoreDocument: KeystoreDocument { document(of: keystoreStatus) }

  private func document(of status: KeystoreStatus) -> KeystoreDocument {
    let code: ProblemCode = status.state == .locked ? .locked : .storageFailed
    return KeystoreDocument(
      state: KeystoreState(status.state), keySource: status.keySource?.rawValue, path: status.path,
      schema: status.schema,
      lastError: trouble(status).map {
        LastErrorDocument(code: code.rawValue, message: $0, at: startedAt.wall, retryable: true)
      },
      slots: status.slots.map(KeystoreDocument.Slot.init))
  }

  /// What ails the store, with what becomes of it where it can't be opened at all: only a keyring tells when it can be.
  private func trouble(_ status: KeystoreStatus) -> String? {
    guard let why = status.lastError, status.state == .unavailable, !why.contains("agentctl ") else {
      return status.lastError
    }
    return why
      + (fileRetry != nil
        ? " (It is tried again by itself; at once: agentctl unlock)" : " (Once that is mended: agentctl unlock)")
  }

  /// Why nothing can be had while the store is not open.
  func lockedProblem(_ name: SessionName?) -> Problem {
    let advice: String
    switch keystoreStatus.state {
    case .uninitialized: advice = "There is no keystore yet. Run: agentctl unlock"
    case .locked, .unlocked: advice = "The keystore is locked. Run: agentctl unlock"
    case .unavailable:
      let why = trouble(keystoreStatus) ?? "The keystore can't be opened. See why: agentctl keystore status"
      return Problem(.locked, why, session: name)
    case .damaged:
      return Problem(
        .storageFailed, keystoreStatus.lastError ?? "The keystore is damaged. See: agentctl keystore status",
        retryable: false, session: name)
    }
    let why = keystoreStatus.lastError.flatMap { $0.hasSuffix("Run: agentctl unlock") ? nil : " (\($0))" } ?? ""
    return Problem(.locked, advice + why, session: name)
  }
}

extension KeystoreState {
  init(_ state: KeystoreStatus.State) {
    switch state {
    case .uninitialized: self = .uninitialized
    case .locked: self = .locked
    case .unlocked: self = .unlocked
    case .unavailable: self = .unavailable
    case .damaged: self = .damaged
    }
  }
}

extension KeystoreDocument.Slot {
  fileprivate init(_ slot: SlotStatus) {
    let state: State
    switch slot.state {
    case .ok: state = .ok
    case .locked: state = .locked
    case .unavailable: state = .unavailable
    }
    let asks: Asks?
    switch slot.asks {
    case .passphrase: asks = .passphrase
    case .pin: asks = .pin
    case nil: asks = nil
    }
    self.init(
      source: slot.source.rawValue, createdAt: slot.createdAt, state: state, asks: asks, detail: slot.detail)
  }
}
