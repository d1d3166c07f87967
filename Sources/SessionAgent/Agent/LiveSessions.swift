internal import SessionModel

/// The sessions in memory by name, and which of them is due first.
struct LiveSessions {
  private var byName: [SessionName: LiveSession] = [:]
  private var deadlines = Deadlines<SessionName>()

  /// When the first of them is due.
  var deadline: BootInstant? { deadlines.earliest }
  var names: Dictionary<SessionName, LiveSession>.Keys { byName.keys }
  var all: Dictionary<SessionName, LiveSession>.Values { byName.values }

  subscript(name: SessionName) -> LiveSession? {
    get { byName[name] }
    set {
      byName[name] = newValue
      deadlines.set(newValue?.machine.deadline, for: name)
    }
  }

  /// Takes up what became of the session's deadline.
  mutating func rearm(_ session: LiveSession) {
    let name = session.record.name
    if byName[name] === session { deadlines.set(session.machine.deadline, for: name) }
  }

  /// Those that are due. Each is to be fed, which sets its next deadline.
  mutating func take(_ now: BootInstant) -> [LiveSession] { deadlines.take(now).compactMap { byName[$0] } }

  mutating func removeAll() { self = LiveSessions() }
}
