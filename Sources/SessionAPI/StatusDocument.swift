public import WireJSON

/// `GET /v1/status`, and what `agentctl status --json` prints.
public struct StatusDocument: WireDocument {
  /// The agent itself.
  public var agent: AgentDocument
  /// Every session.
  public var sessions: [SessionDocument]
  /// Orders that outlive their session.
  public var pending: [PendingDocument]
  /// Lesser sockets.
  public var forwards: [ForwardDocument]

  /// A status.
  public init(
    agent: AgentDocument, sessions: [SessionDocument], pending: [PendingDocument], forwards: [ForwardDocument] = []
  ) {
    self.agent = agent
    self.sessions = sessions
    self.pending = pending
    self.forwards = forwards
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      agent: try fields.document("agent"), sessions: try fields.documents("sessions"),
      pending: try fields.documents("pending"), forwards: try fields.documents("forwards"))
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "agent": agent.json, "sessions": .array(sessions.map(\.json)), "pending": .array(pending.map(\.json)),
      "forwards": .array(forwards.map(\.json)),
    ]
  }
}

/// What the agent says of itself.
public struct AgentDocument: WireDocument {
  /// Its version.
  public var version: String
  /// Its process.
  public var pid: Int32
  /// How long it has run.
  public var uptimeSeconds: Int64
  /// The socket that it listens on.
  public var socket: String
  /// Whether a provider can be reached, as far as is known.
  public var network: NetworkState
  /// The keystore, in short.
  public var keystore: KeystoreSummaryDocument

  /// An agent.
  public init(
    version: String, pid: Int32, uptimeSeconds: Int64, socket: String, network: NetworkState,
    keystore: KeystoreSummaryDocument
  ) {
    self.version = version
    self.pid = pid
    self.uptimeSeconds = uptimeSeconds
    self.socket = socket
    self.network = network
    self.keystore = keystore
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      version: try fields.string("version"), pid: Int32(truncatingIfNeeded: try fields.integer("pid")),
      uptimeSeconds: try fields.integer("uptime_seconds"), socket: try fields.string("socket"),
      network: try fields.choice("network"), keystore: try fields.document("keystore"))
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "version": .string(version), "pid": .integer(Int64(pid)), "uptime_seconds": .integer(uptimeSeconds),
      "socket": .string(socket), "network": .string(network.rawValue), "keystore": keystore.json,
    ]
  }
}

/// Whether a provider can be reached, as far as the agent knows.
public enum NetworkState: String, Hashable, Sendable, CaseIterable {
  case online
  case offline
  case unknown
}

/// The keystore in the status object.
public struct KeystoreSummaryDocument: WireDocument {
  /// Whether it is open.
  public var state: KeystoreState
  /// What opened it, or would.
  public var keySource: String?

  /// A keystore's summary.
  public init(state: KeystoreState, keySource: String?) {
    self.state = state
    self.keySource = keySource
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(state: try fields.choice("state"), keySource: try fields.optionalString("key_source"))
  }

  /// It as JSON.
  public var json: JSONValue { ["state": .string(state.rawValue), "key_source": .optional(keySource)] }
}
