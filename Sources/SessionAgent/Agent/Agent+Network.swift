internal import Logging
internal import NIOCore
internal import SessionAPI
internal import SessionModel
internal import WireJSON

/// The network and the machine's sleep, as signals from outside (CONTRACT §6.3).
extension Agent {
  /// How long a change of the network is let settle before it is acted upon, in milliseconds: an address comes before
  /// its route.
  static let settlingTime: Int64 = 200

  /// The kernel tells something.
  func hear(_ news: KernelWatch.News) {
    switch news {
    case .due: tick()
    case .clockSet: clockSet()
    case .network(let reading): networkChanged(reading)
    }
  }

  /// The network is another than it was.
  ///
  /// - Parameter reading: nil where it does not say what there is.
  func networkChanged(_ reading: NetworkReading?) {
    let before = self.reading
    guard reading != before else { return }
    self.reading = reading
    guard let reading, reading.hasAddress else {
      networkSettles = nil
      return found(.offline)
    }
    // The first reading is how things are, no change.
    guard let before else { return }
    if !before.hasAddress { found(.unknown) }
    networkSettles = now.boot.adding(milliseconds: Agent.settlingTime)
    armTimer()
  }

  func settleNetwork(_ boot: BootInstant) {
    guard let due = networkSettles, due <= boot else { return }
    networkSettles = nil
    networkReturned()
  }

  /// The machine woke up: what is overdue begins now, and what failed before is tried anew.
  func wokeUp() {
    parts.logger.info("the machine woke up")
    tick()
    networkReturned()
  }

  /// Back-offs start over. A network that comes and goes all the time moves nobody more often than the schedule says.
  private func networkReturned() {
    let boot = now.boot
    for session in sessions.all { feed(.networkReturned, to: session) }
    if lastReturn.map({ $0.adding(milliseconds: RefreshSchedule.returnInterval) <= boot }) ?? true {
      lastReturn = boot
      outbox.hurry(boot)
    }
    deliverRevocations(boot)
  }

  /// Notes what is known of the network, and tells where that is news.
  func found(_ state: NetworkState) {
    guard state != network else { return }
    network = state
    publish(.networkChanged, session: nil, [JSONMember("network", .string(state.rawValue))])
  }

  /// Whether no address of this machine leads to the session's provider: then nobody waits for it in vain.
  func isCutOff(from session: LiveSession) -> Bool {
    guard !parts.hasProxy, let reading, !reading.hasAddress else { return false }
    return WebAddress(session.record.binding.tokenEndpoint).map { !$0.isLoopback } ?? true
  }
}
