public import SessionModel

/// Where a key that opens the keystore comes from.
public enum KeySourceName: String, Hashable, Sendable, CaseIterable {
  case secretService = "secret-service"
  case passphrase
  case systemdCredential = "systemd-credential"
  case tpm2
  case keyfile
}

/// Which source opens a store that is not yet made.
public enum KeySourceChoice: Hashable, Sendable {
  /// The secret service where one answers, else a passphrase.
  case auto
  /// That one.
  case only(KeySourceName)
}

/// What a person must give for a slot.
public enum SlotSecret: String, Hashable, Sendable, CaseIterable {
  case passphrase
  /// The TPM's.
  case pin
}

/// What a source is asked: a key for one slot of one store.
public struct KeyRequest: Sendable {
  /// The store's id.
  public var storeID: String
  /// What the source kept in the slot when it was made; nil for a slot that is being made.
  public var parameters: [UInt8]?
  /// Whether the source may make a key where it has none for this store.
  public var createIfMissing: Bool
  /// What a person gave: a passphrase or PIN.
  public var passphrase: Secret?
  /// For a slot that is being made: the file or the credential's name, where it is not the one of the settings.
  public var place: String?
  /// Whether a person waits, so that a source with prompts of its own may show one.
  public var mayAsk: Bool

  /// A request.
  public init(
    storeID: String, parameters: [UInt8]?, createIfMissing: Bool, passphrase: Secret? = nil, place: String? = nil,
    mayAsk: Bool = false
  ) {
    self.storeID = storeID
    self.parameters = parameters
    self.createIfMissing = createIfMissing
    self.passphrase = passphrase
    self.place = place
    self.mayAsk = mayAsk
  }
}

/// A source's answer.
public struct WrappingKey: Sendable {
  /// 32 bytes that wrap the data key.
  public var key: Secret
  /// What to keep in the slot, in clear (a salt, say). Authenticated with the wrapping.
  public var parameters: [UInt8]
  /// How far the store was at least, where the source remembers that.
  public var counter: Int64?

  /// A key.
  public init(key: Secret, parameters: [UInt8] = [], counter: Int64? = nil) {
    self.key = key
    self.parameters = parameters
    self.counter = counter
  }
}

/// One way to a wrapping key. The data key is wrapped once for each; any one opens the store.
public protocol KeySource: Sendable {
  /// Which one.
  var name: KeySourceName { get }

  /// What a person must give for the slot that keeps these parameters; nil where it opens without one.
  func asks(_ parameters: [UInt8]) -> SlotSecret?

  /// The wrapping key of one slot. Bounded: answers or throws within a few seconds; only where the request lets it ask a
  /// person, within a minute more.
  func wrappingKey(for request: KeyRequest) async throws(KeySourceError) -> WrappingKey

  /// Remembers beside its key how far the store is, where it has a place for that, so that an older copy is noticed.
  /// Returns at once; asks nobody; whether it is done nobody learns.
  func record(counter: Int64, of storeID: String)

  /// Remembers that no more: the store has no slot of it. As `record(counter:of:)`.
  func forgetCounter(of storeID: String)
}

extension KeySource {
  /// Nothing.
  public func asks(_ parameters: [UInt8]) -> SlotSecret? { nil }

  /// Has no place for it.
  public func record(counter: Int64, of storeID: String) {}

  /// Has nothing to forget.
  public func forgetCounter(of storeID: String) {}
}
