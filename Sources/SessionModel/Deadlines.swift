/// One deadline for each of many, the earliest at hand: to set one or to look costs no more among ten thousand than
/// alone.
public struct Deadlines<Key: Hashable & Sendable>: Sendable {
  private struct Entry: Comparable {
    var instant: BootInstant
    var key: Key
    static func < (left: Entry, right: Entry) -> Bool { left.instant < right.instant }
  }

  /// What is set. The heap may have others besides, which were set before and count no more.
  private var instants: [Key: BootInstant] = [:]
  private var heap = Heap<Entry>()

  /// None.
  public init() {}

  /// The earliest of all.
  public var earliest: BootInstant? { heap.first?.instant }

  /// Nil takes the key's deadline away.
  public mutating func set(_ instant: BootInstant?, for key: Key) {
    guard instants[key] != instant else { return }
    instants[key] = instant
    if let instant { heap.add(Entry(instant: instant, key: key)) }
    if heap.count > 2 * instants.count + 16 { rebuild() }
    dropOutdated()
  }

  /// The keys whose deadline has come, the earliest first; they have none from now on.
  public mutating func take(_ now: BootInstant) -> [Key] {
    var due: [Key] = []
    while let first = heap.first, first.instant <= now {
      instants[first.key] = nil
      due.append(first.key)
      _ = heap.take()
      dropOutdated()
    }
    return due
  }

  /// So that the first one always counts.
  private mutating func dropOutdated() {
    while let first = heap.first, instants[first.key] != first.instant { _ = heap.take() }
  }

  private mutating func rebuild() {
    heap = Heap()
    for (key, instant) in instants { heap.add(Entry(instant: instant, key: key)) }
  }
}
