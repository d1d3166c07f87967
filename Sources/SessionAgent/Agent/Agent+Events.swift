internal import NIOCore
internal import SessionAPI
internal import SessionModel
internal import WireJSON

/// A reader of the event stream, as the agent knows it.
struct Subscriber {
  var wantsAudit: Bool
  var notify: @Sendable () -> Void
}

/// The event stream (CONTRACT §5.4).
extension Agent {
  func getEvents(_ request: Request) throws -> Reply {
    try request.allowOnly("session", "audit")
    var session: SessionName?
    if let text = request.query["session"] {
      guard let name = Name(text) else {
        throw Problem(.invalidRequest, "Query parameter \"session\" is not a session's name.")
      }
      session = name
    }
    let audit = try request.bool("audit")
    return .events(
      EventSubscription(
        start: start(after: request.lastEventID), session: session, audit: audit,
        next: { sequence in self.assumeIsolated { $0.eventLog.entry(after: sequence) } },
        end: { self.assumeIsolated { ($0.eventLog.latest, $0.eventLog.totalBytes) } },
        snapshot: {
          self.assumeIsolated { $0.event(.snapshot, [JSONMember("status", $0.status.json)]).serverSentEvent }
        },
        reset: { self.assumeIsolated { $0.event(.reset, []).serverSentEvent } },
        register: { notify in self.assumeIsolated { $0.subscribe(audit: audit, notify) } }))
  }

  private func start(after id: String?) -> EventSubscription.Start {
    guard let id else { return .snapshot }
    return eventLog.sequence(ofID: id).map { .after($0) } ?? .reset
  }

  private func event(_ kind: EventKind, _ members: [JSONMember]) -> EventDocument {
    EventDocument(id: eventLog.id(eventLog.latest), event: kind, at: now.wall, members: members)
  }

  private func subscribe(audit: Bool, _ notify: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    let id = nextWaiter
    nextWaiter += 1
    subscribers[id] = Subscriber(wantsAudit: audit, notify: notify)
    return { self.assumeIsolated { $0.subscribers[id] = nil } }
  }

  /// Writes an event to the log and tells the readers.
  func publish(_ kind: EventKind, session: SessionName?, isAudit: Bool = false, _ members: [JSONMember]) {
    let head = session.map { [JSONMember("session", .string($0.rawValue))] } ?? []
    eventLog.append(kind, at: now.wall, session: session, isAudit: isAudit, members: head + members)
    for subscriber in subscribers.values { subscriber.notify() }
  }

  // MARK: - Audit

  func recordUse(of type: TokenType, _ session: SessionName, by peer: PeerCredentials) {
    guard subscribers.values.contains(where: \.wantsAudit) else { return }
    let wasEmpty = tokenUses.deadline == nil
    tokenUses.record(TokenUses.Key(pid: peer.pid, session: session, type: type), now: now.boot)
    if wasEmpty { armTimer() }
  }

  func flushTokenUses(_ boot: BootInstant) {
    guard let deadline = tokenUses.deadline, deadline <= boot else { return }
    for (key, use) in tokenUses.take() {
      publish(
        .tokenUsed, session: key.session, isAudit: true,
        [
          JSONMember("type", .string(key.type.rawValue)), JSONMember("count", .integer(use.count)),
          JSONMember("peer", use.peer), JSONMember("forward", .null),
          JSONMember("decision", "allowed"),
        ])
    }
  }
}
