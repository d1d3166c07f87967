internal import SessionModel

/// Who needs a person, and what of it is on the desktop: needs go in, changes of the desktop come out. Each need is told
/// once, until it is settled.
struct Notices {
  /// Sessions beyond these are told of together: whoever has thousands shall not get thousands of windows.
  static let most = 8

  private struct Need {
    var reason: SessionReason?
    var notice: Notice
  }

  private var isOn: Bool
  private var needs: [NoticeSubject: Need] = [:]
  private var shown: Set<NoticeSubject> = []

  init(isOn: Bool) { self.isOn = isOn }

  func knows(_ subject: NoticeSubject) -> Bool { needs[subject] != nil }

  /// Somebody is needed. The same need is no news.
  mutating func need(_ subject: NoticeSubject, _ reason: SessionReason?, _ notice: Notice) -> [NoticeChange] {
    if let known = needs[subject], known.reason == reason, known.notice.summary == notice.summary { return [] }
    needs[subject] = Need(reason: reason, notice: notice)
    return isOn ? show(notice, subject) : []
  }

  /// Nobody is needed any more.
  mutating func settle(_ subject: NoticeSubject) -> [NoticeChange] {
    guard needs.removeValue(forKey: subject) != nil else { return [] }
    var changes: [NoticeChange] = []
    if shown.remove(subject) != nil { changes.append(.withdraw(subject)) }
    if shown.contains(.furtherSessions), shown.count > needs.count {
      shown.remove(.furtherSessions)
      changes.append(.withdraw(.furtherSessions))
    }
    return changes
  }

  /// The setting: off takes away what is shown, on shows what is needed now.
  mutating func turn(on: Bool) -> [NoticeChange] {
    guard on != isOn else { return [] }
    isOn = on
    guard on else {
      defer { shown = [] }
      return shown.map { .withdraw($0) }
    }
    return needs.flatMap { show($1.notice, $0) }
  }

  private mutating func show(_ notice: Notice, _ subject: NoticeSubject) -> [NoticeChange] {
    if shown.contains(subject) || subject == .keystore || shown.count < Notices.most {
      shown.insert(subject)
      return [.show(notice, subject)]
    }
    guard shown.insert(.furtherSessions).inserted else { return [] }
    let further = Notice(summary: "More sessions need you", body: "See which, and why: agentctl status")
    return [.show(further, .furtherSessions)]
  }
}
