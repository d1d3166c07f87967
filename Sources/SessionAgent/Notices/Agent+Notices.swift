internal import SessionAPI
internal import SessionModel
internal import SessionStore

/// What a person is told on the desktop (CONTRACT §6.8): that one is needed, at each change, in the words that clients
/// get. A login is no reason: whoever began it is asked there.
extension Agent {
  /// The session was refused, for good or not.
  func needPerson(for session: LiveSession, _ reason: SessionReason) {
    let name = session.record.name
    let isEnd = standing(session) == .signInRequired
    let summary = isEnd ? "Session \(name) needs you to sign in" : "Session \(name) is blocked"
    var body = refusal(of: session, now: now).detail
    if !body.contains("agentctl ") { body += " See: agentctl explain \(name)" }
    change(notices.need(.session(name), reason, Notice(summary: summary, body: body)))
  }

  /// A program asked for a session that does not open.
  func needPerson(forDamaged name: SessionName, _ why: String) {
    let subject = NoticeSubject.session(name)
    guard !notices.knows(subject) else { return }
    let profile = summaries.first { $0.name == name }?.profile ?? name
    let body = "\(why) Sign in again: \(Agent.loginCommand(profile, name))"
    change(notices.need(subject, nil, Notice(summary: "Session \(name) is damaged", body: body)))
  }

  /// A program asked while the store is closed. Whoever locked it knows.
  func needPerson(toOpen problem: Problem) {
    guard !isLocking, !wasLocked, !notices.knows(.keystore) else { return }
    let hasSessions: Bool
    switch keystoreStatus.state {
    case .locked, .unavailable: hasSessions = !summaries.isEmpty
    case .damaged: hasSessions = true
    case .uninitialized, .unlocked: hasSessions = false
    }
    guard hasSessions else { return }
    change(notices.need(.keystore, nil, Notice(summary: "A program needs your keystore", body: problem.detail)))
  }

  /// Nobody is needed there any more.
  func settle(_ subject: NoticeSubject) { change(notices.settle(subject)) }

  /// Hands changes to the desktop, which takes them at once.
  func change(_ changes: [NoticeChange]) {
    for change in changes { parts.desktop(change) }
  }
}
