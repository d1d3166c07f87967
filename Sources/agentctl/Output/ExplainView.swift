import SessionAPI
import SessionModel

/// Why a session is in its state, as a person reads it.
struct ExplainView {
  /// Nil where nobody is signed in under the name.
  let session: SessionDocument?
  let profiles: [ProfileDocument]
  let journal: JournalDocument
  let now: Timestamp
  let width: Int?

  /// Its lines.
  var lines: [String] {
    let head = [standing, next].compactMap { $0 }.flatMap(wrapped)
    let steps = ExplainView.joined(journal.entries)
    guard !steps.isEmpty else { return head + ["Its journal has no entries."] }
    let title = journal.truncated ? "What happened last:" : "What happened:"
    return head + ["", title] + steps.flatMap(step)
  }

  private func wrapped(_ text: String) -> [String] { Visible.wrapped(Visible.text(text), to: width) }

  /// How it stands and what to do.
  private var standing: String {
    guard let session else { return gone }
    switch session.state {
    case .active:
      let user = session.username ?? session.subject ?? "a guest"
      let expiry = SessionWords.expiry(session, now: now).map { "; its token expires \($0)" }
      return "\(session.name) is active: \(user) is signed in\(expiry ?? "")."
    case .locked: return "\(session.name) is locked, as the keystore is. Run: agentctl unlock"
    case .offline, .blocked, .signInRequired:
      let state = SessionWords.state(session.state).text
      let why = SessionWords.trouble(
        session, now: now, profile: profiles.first { $0.name == session.profile })
      let words = why.map { String($0.dropFirst("\(session.name): ".count)) } ?? ""
      return "\(session.name) is in the state \(state). \(words)"
    }
  }

  private var gone: String {
    let name = journal.session
    let command =
      profiles.contains { $0.name == name } ? "agentctl login \(name)" : "agentctl login PROFILE --session \(name)"
    return "Nobody is signed in as \(name). To sign in: \(command)"
  }

  /// What the agent does by itself.
  private var next: String? {
    guard let session else { return nil }
    switch session.state {
    case .active:
      guard let due = session.nextRefreshAt else { return "It is refreshed when a program asks for a token." }
      return "Next refresh \(RelativeTime.coming(due, from: now))."
    case .blocked:
      guard let due = session.nextRefreshAt else { return "The agent does not try again by itself." }
      return "The agent tries again \(RelativeTime.coming(due, from: now))."
    case .signInRequired: return "The agent does not try again by itself."
    case .offline, .locked: return nil
    }
  }

  /// Entries to be shown, each with how often it came in a row and since when.
  struct Step: Hashable {
    var entry: JournalEntry
    var count = 1
    var since: Timestamp
  }

  /// Leaves out beginnings whose end is told too, and joins what came again and again.
  static func joined(_ entries: [JournalEntryDocument]) -> [Step] {
    let finished = Set(entries.map(\.entry).filter { $0.event != .refreshStarted }.compactMap(\.attempt))
    var steps: [Step] = []
    for entry in entries.map(\.entry) {
      if entry.event == .refreshStarted, let attempt = entry.attempt, finished.contains(attempt) { continue }
      if let last = steps.last, last.entry.event == entry.event, last.entry.cause.detail == entry.cause.detail,
        entry.event == .refreshed || entry.event == .refreshFailed || entry.event == .blocked
      {
        steps[steps.count - 1] = Step(entry: entry, count: last.count + 1, since: last.since)
      } else {
        steps.append(Step(entry: entry, since: entry.at))
      }
    }
    return steps
  }

  private func step(_ step: Step) -> [String] {
    let entry = step.entry
    let often = step.count == 1 ? "" : " (\(step.count) times since \(step.since))"
    let head = "\(entry.at)  \(RelativeTime.words(entry.at, from: now))\(often)"
    let texts = [entry.message, answer(entry)].compactMap { $0 }
    let inner = width.map { max($0 - 2, 20) }
    return [head] + texts.flatMap { Visible.wrapped(Visible.text($0), to: inner) }.map { "  " + $0 }
  }

  /// What the provider said, for whoever asks its administrator.
  private func answer(_ entry: JournalEntry) -> String? {
    guard let provider = entry.cause.provider else { return nil }
    let code = provider.code.map { ", \($0)" } ?? ""
    let request = provider.requestID.map { ", request \($0)" } ?? ""
    return "The provider's answer: HTTP \(provider.httpStatus)\(code)\(request)."
  }
}
