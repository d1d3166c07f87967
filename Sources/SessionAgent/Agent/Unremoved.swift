internal import SessionModel

/// Sessions that were signed out while the disk did not let their rows go, and when that is tried again.
struct Unremoved {
  static let interval: Int64 = 10_000

  /// What is owed to the provider for one, and what its journal is to say; stored together with the removal.
  struct Row {
    var order: RevocationOrder?
    var entry: JournalEntry
  }

  private(set) var rows: [SessionName: Row] = [:]
  private(set) var deadline: BootInstant?

  mutating func add(_ name: SessionName, _ row: Row, now: BootInstant) {
    rows[name] = row
    deadline = now.adding(milliseconds: Unremoved.interval)
  }

  mutating func remove(_ name: SessionName) {
    rows[name] = nil
    if rows.isEmpty { deadline = nil }
  }

  /// Those to try now; until they are done they stay.
  mutating func take(_ now: BootInstant) -> [SessionName] {
    guard let deadline, deadline <= now else { return [] }
    self.deadline = rows.isEmpty ? nil : now.adding(milliseconds: Unremoved.interval)
    return rows.keys.sorted()
  }
}
