import SessionModel
import SessionStore

@testable import SessionAgent

/// What a session is to somebody who looks into the agent.
struct SessionView {
  var name: String
  var id: String
  var generation: Int64
  var refreshToken: String
  var phase: SessionMachine.Phase
  var policy: RefreshPolicy
  /// Of which run of the kernel the anchor of its times is.
  var bootID: String?
  var isHeldBack: Bool
  /// When it is next tried by itself.
  var deadline: BootInstant?
}

/// What somebody sees who looks into the agent.
struct Seen {
  var sessions: [SessionView]
  /// What was announced since the last look: generations, and the place in the log.
  var events: (generations: [(session: String, generation: Int64)], place: Int64)
  /// The refresh tokens that are to be revoked, and when the next of them is tried.
  var owed: (tokens: [String], deadline: BootInstant?)
  /// Why the store is not open; nil where it is.
  var closed: String?
}

extension Agent {
  func seen(after place: Int64) -> Seen {
    Seen(
      sessions: view, events: announced(after: place),
      owed: (outbox.entries.values.map { $0.order.refreshToken.revealString() }, outbox.deadline), closed: closed)
  }

  /// The sessions, by name.
  var view: [SessionView] {
    sessions.all.map { session in
      let record = session.record
      return SessionView(
        name: record.name.rawValue, id: record.id, generation: record.generation.rawValue,
        refreshToken: record.tokens.refreshToken?.revealString() ?? "", phase: session.machine.phase,
        policy: session.machine.policy, bootID: record.anchor?.bootID, isHeldBack: session.isHeldBack,
        deadline: session.machine.deadline)
    }.sorted { $0.name < $1.name }
  }

  /// The generations that were announced after that place in the log, by session; and the place now.
  func announced(after place: Int64) -> (generations: [(session: String, generation: Int64)], place: Int64) {
    var (found, last): ([(String, Int64)], Int64) = ([], place)
    while let entry = eventLog.entry(after: last) {
      last += 1
      let lines = String(decoding: entry.bytes, as: UTF8.self).split(separator: "\n")
      guard let kind = lines.first(where: { $0.hasPrefix("event: ") })?.dropFirst(7),
        kind == "session.refreshed" || kind == "session.created",
        let data = lines.first(where: { $0.hasPrefix("data: ") })?.dropFirst(6),
        let json = try? JSONText.object(String(data)), let session = json.session, let generation = json.generation
      else { continue }
      found.append((session, generation))
    }
    return (found, last)
  }

  var isOpen: Bool { keystoreStatus.state == .unlocked && !isLocking }

  /// Why the store is not open; nil where it is.
  var closed: String? { isOpen ? nil : "\(keystoreStatus.state), \(keystoreStatus.lastError ?? "without a reason")" }
}
