/// The revocations owed, and when each is tried next.
public struct Outbox: Sendable {
  /// One of them.
  public struct Entry: Sendable {
    /// What is owed.
    public var order: RevocationOrder
    /// Not before this.
    public var nextAttempt: BootInstant
    /// What went wrong last, and when.
    public var lastError: (problem: Problem, at: Timestamp)?
    /// Whether the provider is being asked.
    public var isUnderWay = false
  }

  /// All of them, by the order's id.
  public private(set) var entries: [String: Entry] = [:]
  /// Orders that ended because their provider can't revoke.
  public var unsupported: Set<String> = []

  /// None.
  public init() {}

  /// When the earliest is due.
  public var deadline: BootInstant? { entries.values.filter { !$0.isUnderWay }.map(\.nextAttempt).min() }

  /// Entries in the order in which they were ordered.
  public var all: [Entry] {
    entries.values.sorted { ($0.order.createdAt, $0.order.id) < ($1.order.createdAt, $1.order.id) }
  }

  /// Takes an order, due at once.
  public mutating func add(_ order: RevocationOrder, now: Now) {
    entries[order.id] = Entry(order: order, nextAttempt: now.boot)
  }

  /// An order was carried out or given up.
  public mutating func remove(_ id: String) { entries[id] = nil }

  /// The store was locked.
  public mutating func removeAll() { entries.removeAll() }

  /// The entries that are due, from now on under way.
  public mutating func take(_ boot: BootInstant) -> [RevocationOrder] {
    let due = entries.values.filter { !$0.isUnderWay && $0.nextAttempt <= boot }.map(\.order)
    for order in due { entries[order.id]?.isUnderWay = true }
    return due.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
  }

  /// An attempt failed: the next one waits as the back-off says.
  public mutating func failed(_ id: String, _ problem: Problem, now: Now, random: Double) -> RevocationOrder? {
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
  public mutating func hurry(_ boot: BootInstant) {
    for id in entries.keys { entries[id]?.nextAttempt = boot }
  }
}
