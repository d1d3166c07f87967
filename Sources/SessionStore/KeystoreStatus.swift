public import SessionModel

/// How the keystore stands. Holds no secret.
public struct KeystoreStatus: Hashable, Sendable {
  /// The states.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// There is no store yet.
    case uninitialized
    /// A person can open it.
    case locked
    /// Open.
    case unlocked
    /// No source answers, and none waits for a person.
    case unavailable
    /// The file cannot be trusted; it is left as it is.
    case damaged
  }

  /// The state.
  public var state: State
  /// The source that opened the store; while none has, the one that is set or that its first slot names.
  public var keySource: KeySourceName?
  /// The file.
  public var path: String
  /// The schema's version; nil while there is no store or it cannot be read.
  public var schema: Int?
  /// What stands in the way: what happened, then what to do.
  public var lastError: String?
  /// The slots.
  public var slots: [SlotStatus]
  /// Whether the secret service did not answer in time.
  public var isKeyringSilent: Bool
  /// Whether the file can't be used for a reason that is not its content: the disk is full or can't be written, say, or
  /// rights are amiss.
  public var isFileOutOfReach: Bool
}

/// How one slot stands.
public struct SlotStatus: Hashable, Sendable {
  /// The states.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// It opens the store.
    case ok
    /// It waits for a person.
    case locked
    /// It does not answer, or does not fit.
    case unavailable
  }

  /// The source.
  public var source: KeySourceName
  /// When the slot was made.
  public var createdAt: Timestamp
  /// The state.
  public var state: State
  /// What a person must give for it; nil where it opens without one.
  public var asks: SlotSecret?
  /// Why, in words.
  public var detail: String?
}

/// What is known of a session without a key.
public struct SessionSummary: Hashable, Sendable {
  /// Its name.
  public var name: SessionName
  /// Its profile.
  public var profile: ProfileName
  /// `cognito` or `oidc`.
  public var provider: String
  /// The issuer.
  public var issuer: String
  /// The last generation.
  public var generation: Generation

  /// A summary.
  public init(name: SessionName, profile: ProfileName, provider: String, issuer: String, generation: Generation) {
    self.name = name
    self.profile = profile
    self.provider = provider
    self.issuer = issuer
    self.generation = generation
  }
}

/// The sessions of an open store.
public struct LoadedSessions: Hashable, Sendable {
  /// Those that can be served.
  public var records: [SessionRecord]
  /// Those that cannot.
  public var damaged: [DamagedRow]
  /// Of those that can, the ones whose refresh tokens may be spent already, because the store is older than its
  /// witness: not to be sent before a person says so.
  public var heldBack: Set<SessionName>
}

/// The revocation orders of an open store.
public struct LoadedOrders: Hashable, Sendable {
  /// Those that can be delivered, oldest first.
  public var orders: [RevocationOrder]
  /// Those that cannot.
  public var damaged: [DamagedRow]
}

/// An order to revoke, as far as it is known without the key.
public struct ClosedOrder: Hashable, Sendable {
  /// The session that it was of.
  public var session: SessionName
  /// The provider that must hear of it.
  public var issuer: String
  /// How often it was tried.
  public var attempts: Int
  /// When it is given up.
  public var givesUpAt: Timestamp
}

/// A row that does not open; the rest of the store is not concerned.
public struct DamagedRow: Hashable, Sendable {
  /// The session's name, or the order's id, as the row has it.
  public var name: String
  /// What is wrong, in words.
  public var why: String
}

/// How a revocation order begins whose token the caller does not hold: the store moves the sealed copy.
public struct RevocationTicket: Hashable, Sendable {
  /// The order's id: 128 random bits in hexadecimal.
  public var id: String
  /// When it was ordered.
  public var createdAt: Timestamp
  /// When it is given up.
  public var givesUpAt: Timestamp

  /// A ticket.
  public init(id: String, createdAt: Timestamp, givesUpAt: Timestamp) {
    self.id = id
    self.createdAt = createdAt
    self.givesUpAt = givesUpAt
  }
}
