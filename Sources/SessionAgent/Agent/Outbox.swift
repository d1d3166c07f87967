internal import SessionModel

/// The revocations owed, and when each is tried next.
struct Outbox {
  struct Entry {
    var order: RevocationOrder
    var nextAttempt: BootInstant
    var lastError: (problem: Problem, at: Timestamp)?
    var isUnderWay = false
  }

  private(set) var entries: [String: Entry] = [:]
  /// Orders that ended because their provider can't revoke.
  var unsupported: Set<String> = []

  /// When the earliest is due.
  var deadline: BootInstant? { entries.values.filter { !$0.isUnderWay }.map(\.nextAttempt).min() }

  /// Entries in the order in which they were ordered.
  var all: [Entry] { entries.values.sorted { ($0.order.createdAt, $0.order.id) < ($1.order.createdAt, $1.order.id) } }

  mutating func add(_ order: RevocationOrder, now: Now) {
    entries[order.id] = Entry(order: order, nextAttempt: now.boot)
  }

  mutating func remove(_ id: String) { entries[id] = nil }

  mutating func removeAll() { entries.removeAll() }

  /// The entries that are due, from now on under way.
  mutating func take(_ boot: BootInstant) -> [RevocationOrder] {
    let due = entries.values.filter { !$0.isUnderWay && $0.nextAttempt <= boot }.map(\.order)
    for order in due { entries[order.id]?.isUnderWay = true }
    return due
  }

  /// An attempt failed: the next one waits as the back-off says.
  mutating func failed(_ id: String, _ problem: Problem, now: Now, random: Double) -> RevocationOrder? {
    guard var entry = entries[id] else { return nil }
    entry.order.attempts += 1
    entry.order.lastError = problem.detail
    entry.lastError = (problem, now.wall)
    entry.isUnderWay = false
    entry.nextAttempt = now.boot.adding(
      milliseconds: RefreshSchedule.backoff(
        failures: entry.order.attempts, retryAfterSeconds: problem.retryAfterSeconds, random: random))
    entries[id] = entry
    return entry.order
  }

  /// Everything is due now: the network is back.
  mutating func hurry(_ boot: BootInstant) {
    for id in entries.keys { entries[id]?.nextAttempt = boot }
  }
}
