import SessionAPI
import SessionModel

/// The status as a person reads it.
struct StatusView {
  /// From which difference of the clocks on it is told, in seconds.
  static let worthTelling: Int64 = 60

  let status: StatusDocument
  let now: Timestamp
  let width: Int?
  let style: Style
  /// What to say where there are no sessions.
  var hint = "Nobody is signed in. To begin: agentctl login POOL_ID --client-id CLIENT"
  /// Why the keystore is not open, and what to do, where that is known.
  var keystoreTrouble: String?
  /// The profiles, where a session's trouble is to be mended in one.
  var profiles: [ProfileDocument] = []

  /// Its lines.
  var lines: [String] {
    let sessions = status.sessions.isEmpty ? nobody.flatMap(wrapped) : table.lines(width: width, style: style)
    let troubles = status.sessions.compactMap(trouble) + status.sessions.compactMap(clock)
    let notes = troubles + status.pending.map(pendingLine)
    return wrapped(agentLine).map { style.paint($0, .quiet) } + keystoreLines.flatMap(wrapped) + sessions
      + notes.flatMap(wrapped)
  }

  /// That nobody is signed in, where that is known.
  private var nobody: [String] {
    switch status.agent.keystore.state {
    case .unlocked, .locked, .uninitialized: [hint]
    case .unavailable, .damaged: []
    }
  }

  private func trouble(_ session: SessionDocument) -> String? {
    SessionWords.trouble(session, now: now, profile: profiles.first { $0.name == session.profile })
  }

  private func clock(_ session: SessionDocument) -> String? {
    let skew = session.clockSkewSeconds
    guard abs(skew) >= StatusView.worthTelling else { return nil }
    return "\(session.name): This machine's clock is \(RelativeTime.duration(abs(skew)))"
      + " \(skew > 0 ? "behind" : "ahead of") the provider's. The tokens' times are reckoned by the provider's."
  }

  private func wrapped(_ text: String) -> [String] { Visible.wrapped(Visible.text(text), to: width) }

  private var agentLine: String {
    let agent = status.agent
    let uptime = RelativeTime.duration(agent.uptimeSeconds)
    let keystore = agent.keystore.keySource.map { ", \($0)" } ?? ""
    return "Agent \(agent.version), running for \(uptime); keystore \(agent.keystore.state.rawValue)\(keystore);"
      + " network \(agent.network.rawValue)"
  }

  private var keystoreLines: [String] {
    switch status.agent.keystore.state {
    case .unlocked: return []
    case .locked: return [keystoreTrouble ?? "The keystore is locked. Run: agentctl unlock"]
    case .uninitialized: return ["There is no keystore yet. Run: agentctl unlock"]
    case .unavailable: return [keystoreTrouble ?? "The keystore can't be reached. See: agentctl keystore status"]
    case .damaged: return [keystoreTrouble ?? "The keystore is damaged. See: agentctl keystore status"]
    }
  }

  private var table: Table {
    var table = Table([
      .init("SESSION", shrinks: true), .init("USER", shrinks: true), .init("STATE"), .init("TOKEN EXPIRES"),
      .init("REFRESH", drops: 1), .init("PROFILE", shrinks: true, drops: 2),
    ])
    table.rows = status.sessions.map { session in
      let state = SessionWords.state(session.state)
      return [
        .init(session.name.rawValue), .init(session.username ?? session.subject ?? "–"), .init(state.text, state.role),
        tokenCell(session), .init(session.nextRefreshAt.map { RelativeTime.coming($0, from: now) } ?? "–"),
        .init(session.profile.rawValue),
      ]
    }
    return table
  }

  private func tokenCell(_ session: SessionDocument) -> Table.Cell {
    // Of a session that has ended no token can be had, however long it lives.
    guard session.state != .signInRequired, let expiry = session.accessTokenExpiresAt else { return .init("–") }
    let now = session.providerTime(at: now)
    return .init(RelativeTime.words(expiry, from: now), expiry <= now ? .bad : .plain)
  }

  private func pendingLine(_ order: PendingDocument) -> String {
    let attempts = order.attempts == 1 ? "1 attempt" : "\(order.attempts) attempts"
    let next = order.nextAttemptAt.map { ", next \(RelativeTime.coming($0, from: now))" } ?? ""
    let end = RelativeTime.coming(order.givesUpAt, from: now)
    let why = order.lastError.map { " \($0.message)" } ?? ""
    let key = status.agent.keystore.state == .unlocked ? "" : ", once the keystore is unlocked"
    return "Still to be revoked at the provider: \(order.session) (\(attempts)\(next)\(key), given up \(end)).\(why)"
  }
}
