internal import SessionAPI
internal import SessionModel
internal import WireJSON

/// The bounded log behind the event stream: ids are ordered, the newest entries are kept.
struct EventLog {
  /// An event as it is kept, already written out.
  struct Entry: Sendable {
    var sequence: Int64
    /// Bytes of all entries up to and with this one.
    var offset: Int64
    var session: SessionName?
    var isAudit: Bool
    var bytes: [UInt8]
  }

  private let prefix: String
  private var capacity: Int
  private var entries: [Entry] = []
  private var first = 0

  /// The last event's number; 0 before the first.
  private(set) var latest: Int64 = 0
  /// Bytes of all events ever.
  private(set) var totalBytes: Int64 = 0

  /// A log whose ids begin with `prefix`, so that those of another run of the agent are not mistaken for its own.
  init(prefix: String, capacity: Int) {
    self.prefix = prefix
    self.capacity = max(capacity, 1)
  }

  /// Keeps so many from now on; of those that it has, the newest.
  mutating func resize(to capacity: Int) {
    entries = Array((entries[first...] + entries[..<first]).suffix(max(capacity, 1)))
    first = 0
    self.capacity = max(capacity, 1)
  }

  func id(_ sequence: Int64) -> String { "\(prefix)-\(sequence)" }

  /// The number in an id of ours that is still in reach; nil for any other.
  func sequence(ofID id: String) -> Int64? {
    guard id.hasPrefix(prefix + "-"), let number = Int64(id.dropFirst(prefix.utf8.count + 1)), self.id(number) == id,
      number <= latest, number >= (entries.isEmpty ? latest : oldest - 1)
    else { return nil }
    return number
  }

  mutating func append(
    _ kind: EventKind, at: Timestamp, session: SessionName?, isAudit: Bool, members: [JSONMember]
  ) {
    latest += 1
    let document = EventDocument(id: id(latest), event: kind, at: at, members: members)
    let bytes = document.serverSentEvent
    totalBytes += Int64(bytes.count)
    let entry = Entry(sequence: latest, offset: totalBytes, session: session, isAudit: isAudit, bytes: bytes)
    if entries.count < capacity {
      entries.append(entry)
    } else {
      entries[first] = entry
      first = (first + 1) % capacity
    }
  }

  /// The event after that number; nil where it is the last one, or is no longer kept.
  func entry(after sequence: Int64) -> Entry? {
    guard sequence < latest, sequence + 1 >= oldest else { return nil }
    return entries[(first + Int(sequence + 1 - oldest)) % entries.count]
  }

  private var oldest: Int64 { latest - Int64(entries.count) + 1 }
}
