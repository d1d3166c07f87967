/// Why a source gave no key.
public enum KeySourceError: Error, Hashable, Sendable {
  /// It is there, and closed: the login keyring, say.
  case locked(String)
  /// It needs a passphrase that was not given.
  case passphraseNeeded
  /// It needs a PIN that was not given.
  case pinNeeded
  /// It refused the PIN; so many more are taken before it takes none for a while.
  case wrongPIN(left: Int)
  /// It takes no PIN for that time, after too many wrong ones.
  case lockedOut(retryAfterSeconds: Int)
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
    case .pinNeeded: "The keystore opens with the TPM's PIN. Run: agentctl unlock"
    case .wrongPIN(let left): "That is not the PIN. \(Self.left(left))"
    case .lockedOut(let seconds):
      "After too many wrong PINs the TPM takes none, not even the right one, for \(seconds) s (its dictionary attack "
        + "lockout). Wait, or open the store another way: agentctl keystore status"
    case .locked(let why), .unavailable(let why), .timedOut(let why), .missing(let why), .unfit(let why): why
    }
  }

  static func left(_ count: Int) -> String {
    count > 0
      ? "After \(count) more wrong ones the TPM takes none for a while."
      : "The TPM takes none for a while now (its dictionary attack lockout)."
  }

  /// Whether a person can open it as things are, or soon.
  var isLocked: Bool {
    switch self {
    case .locked, .passphraseNeeded, .pinNeeded, .wrongPIN, .lockedOut: true
    case .unavailable, .timedOut, .missing, .unfit: false
    }
  }
}
