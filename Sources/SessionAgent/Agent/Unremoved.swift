internal import SessionModel

/// Sessions that were signed out while the disk did not let their rows go, and when that is tried again.
struct Unremoved {
  static let interval: Int64 = 10_000

  private(set) var orders: [SessionName: RevocationOrder?] = [:]
  private(set) var deadline: BootInstant?

  /// - Parameter order: what is owed to the provider for it; stored together with the removal.
  mutating func add(_ name: SessionName, _ order: RevocationOrder?, now: BootInstant) {
    orders[name] = .some(order)
    deadline = now.adding(milliseconds: Unremoved.interval)
  }

  mutating func remove(_ name: SessionName) {
    orders[name] = nil
    if orders.isEmpty { deadline = nil }
  }

  /// Those to try now; until they are done they stay.
  mutating func take(_ now: BootInstant) -> [SessionName] {
    guard let deadline, deadline <= now else { return [] }
    self.deadline = orders.isEmpty ? nil : now.adding(milliseconds: Unremoved.interval)
    return orders.keys.sorted()
  }
}
