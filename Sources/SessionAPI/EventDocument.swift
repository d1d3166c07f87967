public import SessionModel
public import WireJSON

/// The events of the stream.
public enum EventKind: String, Hashable, Sendable, CaseIterable {
  case sessionCreated = "session.created"
  case sessionRefreshed = "session.refreshed"
  case sessionOffline = "session.offline"
  case sessionOnline = "session.online"
  case sessionBlocked = "session.blocked"
  case sessionSignInRequired = "session.sign_in_required"
  case sessionRemoved = "session.removed"
  case revocationDone = "revocation.done"
  case revocationGivenUp = "revocation.given_up"
  case keystoreLocked = "keystore.locked"
  case keystoreUnlocked = "keystore.unlocked"
  case networkChanged = "network.changed"
  case profileChanged = "profile.changed"
  case loginStep = "login.step"
  case forwardCreated = "forward.created"
  case forwardEnded = "forward.ended"
  case tokenUsed = "token.used"
  /// The first on a connection: `status` is the status object.
  case snapshot
  /// Events were lost; a snapshot follows.
  case reset
}

/// One event: `id`, `event`, `at`, then what the event has to say. Never a secret.
public struct EventDocument: WireDocument {
  /// Opaque and ordered.
  public var id: String
  /// What happened.
  public var event: EventKind
  /// When.
  public var at: Timestamp
  /// The other members, in order.
  public var members: [JSONMember]

  /// An event.
  public init(id: String, event: EventKind, at: Timestamp, members: [JSONMember]) {
    self.id = id
    self.event = event
    self.at = at
    self.members = members
  }

  /// The session concerned.
  public var session: SessionName? { self["session"]?.string.flatMap(Name.init) }

  /// Another member.
  public subscript(_ name: String) -> JSONValue? { members.first { $0.name == name }?.value }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      id: try fields.string("id"), event: try fields.choice("event"), at: try fields.time("at"),
      members: fields.all.filter { !["id", "event", "at"].contains($0.name) })
  }

  /// It as JSON.
  public var json: JSONValue {
    let head = [
      JSONMember("id", .string(id)), JSONMember("event", .string(event.rawValue)),
      JSONMember("at", .string(at.description)),
    ]
    return .object(head + members)
  }

  /// The event as the stream carries it (WHATWG HTML §9.2).
  public var serverSentEvent: [UInt8] {
    Array("id: \(id)\nevent: \(event.rawValue)\ndata: ".utf8) + text + Array("\n\n".utf8)
  }
}
