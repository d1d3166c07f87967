/// Why a source gave no key.
public enum KeySourceError: Error, Hashable, Sendable {
  /// It is there, and closed: the login keyring, say.
  case locked(String)
  /// It needs a passphrase that was not given.
  case passphraseNeeded
  /// It cannot be reached or used here.
  case unavailable(String)
  /// It did not answer within its deadline.
  case timedOut(String)
  /// It works, and has no key for this store.
  case missing(String)
  /// What it has is not a key, or may not be used as one.
  case unfit(String)
}

extension KeySourceError: CustomStringConvertible {
  /// What happened; then what to do.
  public var description: String {
    switch self {
    case .passphraseNeeded: "The keystore opens with a passphrase. Run: agentctl unlock"
    case .locked(let why), .unavailable(let why), .timedOut(let why), .missing(let why), .unfit(let why): why
    }
  }

  /// Whether a person can open it as things are.
  var isLocked: Bool {
    switch self {
    case .locked, .passphraseNeeded: true
    case .unavailable, .timedOut, .missing, .unfit: false
    }
  }
}
