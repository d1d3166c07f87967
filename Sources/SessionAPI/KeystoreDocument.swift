public import SessionModel
public import WireJSON

/// How the keystore stands.
public enum KeystoreState: String, Hashable, Sendable, CaseIterable {
  case unlocked
  case locked
  /// There is none yet.
  case uninitialized
  /// It can't be reached now.
  case unavailable
  case damaged
}

/// What all keystore routes answer.
public struct KeystoreDocument: WireDocument {
  /// One wrapping of the data key.
  public struct Slot: WireDocument {
    /// How a slot stands.
    public enum State: String, Hashable, Sendable, CaseIterable {
      case ok
      case locked
      case unavailable
    }

    /// What a person must give for it.
    public enum Asks: String, Hashable, Sendable, CaseIterable {
      case passphrase
      /// The TPM's.
      case pin
    }

    /// The key source.
    public var source: String
    /// Since when it is there.
    public var createdAt: Timestamp
    /// How it stands.
    public var state: State
    /// What a person must give for it; nil where it opens without one.
    public var asks: Asks?
    /// More in words.
    public var detail: String?

    /// A slot.
    public init(source: String, createdAt: Timestamp, state: State, asks: Asks?, detail: String?) {
      self.source = source
      self.createdAt = createdAt
      self.state = state
      self.asks = asks
      self.detail = detail
    }

    /// Reads it from JSON.
    public init(json: JSONValue) throws {
      let fields = try JSONFields(json)
      self.init(
        source: try fields.string("source"), createdAt: try fields.time("created_at"),
        state: try fields.choice("state"), asks: try fields.optionalChoice("asks"),
        detail: try fields.optionalString("detail"))
    }

    /// It as JSON.
    public var json: JSONValue {
      [
        "source": .string(source), "created_at": .string(createdAt.description), "state": .string(state.rawValue),
        "asks": .optional(asks?.rawValue), "detail": .optional(detail),
      ]
    }
  }

  /// Whether it is open.
  public var state: KeystoreState
  /// What opened it, or would.
  public var keySource: String?
  /// The file.
  public var path: String
  /// The version of its schema; nil where it can't be read.
  public var schema: Int?
  /// Why it is not open.
  public var lastError: LastErrorDocument?
  /// Its slots.
  public var slots: [Slot]

  /// A keystore.
  public init(
    state: KeystoreState, keySource: String?, path: String, schema: Int?, lastError: LastErrorDocument?, slots: [Slot]
  ) {
    self.state = state
    self.keySource = keySource
    self.path = path
    self.schema = schema
    self.lastError = lastError
    self.slots = slots
  }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    self.init(
      state: try fields.choice("state"), keySource: try fields.optionalString("key_source"),
      path: try fields.string("path"), schema: try fields.optionalInteger("schema").map { Int($0) },
      lastError: try fields.optionalDocument("last_error"), slots: try fields.documents("slots"))
  }

  /// It as JSON.
  public var json: JSONValue {
    [
      "state": .string(state.rawValue), "key_source": .optional(keySource), "path": .string(path),
      "schema": .optional(schema), "last_error": lastError?.json ?? .null, "slots": .array(slots.map(\.json)),
    ]
  }
}
