internal import SessionModel

/// What one reader of the event stream wants, and where it gets it. Used on the agent's event loop only.
struct EventSubscription: Sendable {
  /// Where the reader begins.
  enum Start: Sendable {
    /// With a snapshot.
    case snapshot
    /// With the events after one that it knows.
    case after(Int64)
    /// With `reset` and a snapshot: the id that it knows is not ours, or too old.
    case reset
  }

  var start: Start
  /// Only this session's events, and those of none.
  var session: SessionName?
  /// With audit events.
  var audit: Bool
  /// The event after a number.
  var next: @Sendable (Int64) -> EventLog.Entry?
  /// The last event's number and the bytes of all so far.
  var end: @Sendable () -> (sequence: Int64, bytes: Int64)
  /// A `snapshot` (or `reset`) event as of now, written out.
  var snapshot: @Sendable () -> [UInt8]
  var reset: @Sendable () -> [UInt8]
  /// Calls back at each new event, until the returned function is called.
  var register: @Sendable (@escaping @Sendable () -> Void) -> @Sendable () -> Void

  func wants(_ entry: EventLog.Entry) -> Bool {
    (audit || !entry.isAudit) && (session == nil || entry.session == nil || entry.session == session)
  }
}
