internal import Logging
internal import SessionStore

/// The desktop's notification service (Desktop Notifications Specification 1.2, org.freedesktop.Notifications), as one
/// thread knows it. Nothing waits for it. What could not be told is told to its successor, or at the next occasion, and
/// never again by itself. The connection stays open, because desktops take away what a program has shown that is gone.
final class NotificationService {
  /// Its owner on the bus; ids of notifications are that owner's.
  private enum Owner {
    case unknown
    /// The bus looks for it, or starts it.
    case sought
    /// It is asked what it can do.
    case asked(String)
    case known(String, readsMarkup: Bool)
  }

  private struct Telling {
    var number: UInt64
    var notice: Notice
  }

  private let logger: Logger
  private var bus: NotificationBus?
  private var owner = Owner.unknown
  /// Not told yet, the oldest first.
  private var waiting: [(subject: NoticeSubject, notice: Notice)] = []
  /// Told and not answered.
  private var sent: [NoticeSubject: Telling] = [:]
  private var ids: [NoticeSubject: UInt32] = [:]
  private var tellings: UInt64 = 0
  private var hasComplained = false

  init(logger: Logger) { self.logger = logger }

  func take(_ changes: [NoticeChange]) {
    var isNews = false
    for change in changes {
      waiting.removeAll { $0.subject == change.subject }
      switch change {
      case .show(let notice, let subject):
        waiting.append((subject, notice))
        isNews = true
      case .withdraw(let subject):
        sent[subject] = nil
        if let id = ids.removeValue(forKey: subject) { close(id) }
      }
    }
    if isNews { deliver() }
  }

  /// Takes the next step towards telling what waits.
  private func deliver() {
    guard !waiting.isEmpty else { return }
    if let bus, bus.isClosed { forget() }
    switch owner {
    case .unknown: seek()
    case .sought, .asked: break
    case .known(let name, let readsMarkup):
      for (subject, notice) in waiting where sent[subject] == nil { show(notice, subject, name, readsMarkup) }
    }
  }

  private func seek() {
    guard let bus = openBus() else { return complain(.noBus) }
    owner = .sought
    bus.find { [self] found in
      guard case .sought = owner else { return }
      switch found {
      case .success(let name): ask(name, on: bus)
      case .failure(let failure):
        owner = .unknown
        complain(failure)
      }
    }
  }

  private func openBus() -> NotificationBus? {
    if let bus, !bus.isClosed { return bus }
    bus = SecretServiceKeySource.sessionBusAddress().flatMap {
      NotificationBus(
        address: $0, ownerChanged: { [self] in ownerChanged($0) }, silent: { [self] in complain(.silent) })
    }
    return bus
  }

  private func ask(_ name: String, on bus: NotificationBus) {
    owner = .asked(name)
    bus.capabilities(of: name) { [self] capabilities in
      guard case .asked(name) = owner else { return }
      switch capabilities {
      case .success(let capabilities):
        owner = .known(name, readsMarkup: capabilities.contains("body-markup"))
        deliver()
      case .failure(let failure):
        owner = .unknown
        complain(failure)
      }
    }
  }

  private func show(_ notice: Notice, _ subject: NoticeSubject, _ name: String, _ readsMarkup: Bool) {
    guard let bus else { return }
    tellings += 1
    let number = tellings
    sent[subject] = Telling(number: number, notice: notice)
    waiting.removeAll { $0.subject == subject }
    let body = readsMarkup ? notice.markup : notice.body
    bus.notify(name, notice.summary, body, replacing: ids[subject] ?? 0) { [self] shown in
      let isWanted = sent[subject]?.number == number
      switch shown {
      case .success(let id) where isWanted:
        sent[subject] = nil
        ids[subject] = id
        hasComplained = false
        deliver()
      case .success(let id): bus.close(id, of: name)
      case .failure(let failure):
        guard isWanted else { return }
        keepUnanswered(subject)
        complain(failure)
      }
    }
  }

  /// What was told and got no answer waits again, unless there is something newer.
  private func keepUnanswered(_ subject: NoticeSubject) {
    guard let telling = sent.removeValue(forKey: subject), !waiting.contains(where: { $0.subject == subject }) else {
      return
    }
    waiting.append((subject, telling.notice))
  }

  private func close(_ id: UInt32) {
    if case .known(let name, _) = owner { bus?.close(id, of: name) }
  }

  /// Another service has come, which knows nothing of what was shown; or the one that there was is gone (nil).
  private func ownerChanged(_ name: String?) {
    switch owner {
    case .sought: if name == nil { return }
    case .asked(let old), .known(let old, _): if old == name { return }
    case .unknown: break
    }
    forget()
    if let name, let bus, !waiting.isEmpty { ask(name, on: bus) }
  }

  private func forget() {
    owner = .unknown
    ids = [:]
    for subject in sent.keys { keepUnanswered(subject) }
  }

  /// Says once why nobody is told, until somebody is.
  private func complain(_ failure: NotificationFailure) {
    guard !hasComplained else { return }
    hasComplained = true
    logger.log(
      level: failure.isUsual ? .info : .warning, "nobody can be told on the desktop",
      metadata: ["why": "\(failure.description)"])
  }
}
