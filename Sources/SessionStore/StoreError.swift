public import SessionModel

/// Why the keystore did not do what it was asked.
public enum StoreError: Error, Hashable, Sendable {
  /// Another agent has the file.
  case alreadyInUse(path: String)
  /// There is nothing to recover.
  case notDamaged(path: String)
  /// There is no store yet, and nothing to make it with.
  case uninitialized
  /// The store is closed; why in words.
  case locked(String)
  /// No source opens the store; why in words.
  case unavailable(String)
  /// The file cannot be trusted; what is wrong in words.
  case damaged(String)
  /// The file was made by a newer version.
  case newerSchema(path: String)
  /// Not the passphrase; the next one is taken after that time.
  case wrongPassphrase(retryAfterSeconds: Int)
  /// Not the TPM's PIN; the next one is taken after that time, and so many before the TPM itself takes none.
  case wrongPIN(retryAfterSeconds: Int, left: Int)
  /// The TPM takes no PIN for that time, after too many wrong ones.
  case pinLockedOut(retryAfterSeconds: Int)
  /// A passphrase or PIN came before its time; it was not tried.
  case passphraseTooSoon(retryAfterSeconds: Int)
  /// No passphrase opens this store.
  case noPassphraseSlot
  /// No PIN opens this store.
  case noPINSlot
  /// There is a passphrase slot, so the passphrase is needed too.
  case passphraseNeeded
  /// There is a TPM slot with a PIN, so the PIN is needed too.
  case pinNeeded
  /// There is no slot of that source.
  case noSuchSlot(KeySourceName)
  /// The only slot stays.
  case lastSlot(KeySourceName)
  /// Nothing else opens the store now; why in words.
  case noOtherSlotOpens(KeySourceName, why: String)
  /// A slot's source gives no key that fits; why in words.
  case slotUnusable(KeySourceName, why: String, isLocked: Bool)
  /// A source gives no key for a new slot.
  case sourceFailed(KeySourceName, KeySourceError)
  /// The store was locked, or its slots changed, while it was worked on.
  case changedMeanwhile
  /// A sealed value of that row does not open; what a person does about it.
  case doesNotOpen(String, remedy: String)
  /// An empty passphrase or PIN.
  case emptyPassphrase
  /// No session of that name is stored.
  case noSuchSession(SessionName)
  /// A session's row does not open.
  case sessionDamaged(SessionName, why: String)
  /// A newer token set of the session is stored already.
  case staleGeneration(SessionName, last: Generation)
  /// The refresh concerned is not the one that the store knows of: the session was renewed or replaced meanwhile.
  case staleAttempt(SessionName)
  /// A value is larger than the store takes.
  case tooLarge(limit: Int)
  /// What was asked is done and durable, but the log still holds sealed values that were deleted.
  case notErased(path: String, why: String)
  /// No room.
  case diskFull(path: String)
  /// The file or its file system cannot be written.
  case readOnly(path: String)
  /// The folder or file is not one to keep secrets in.
  case unsafeFile(path: String, why: String)
  /// The file that the agent has open is no longer at its place.
  case fileGone(path: String)
  /// Another failure of the file system or of SQLite.
  case failed(path: String, why: String)
}

extension StoreError: CustomStringConvertible {
  /// What happened; then what to do.
  public var description: String {
    switch self {
    case .alreadyInUse(let path): "Another agent is using the keystore \(path). End it, or talk to it: agentctl status"
    case .notDamaged(let path):
      "The keystore \(path) is not damaged, and is left as it is. See: agentctl keystore status"
    case .uninitialized: "There is no keystore yet. Run: agentctl unlock"
    case .locked(let why), .unavailable(let why), .damaged(let why): why
    case .newerSchema(let path):
      "The keystore \(path) was made by a newer version of session-agent; nothing was changed. Install that version."
    case .wrongPassphrase(let seconds): "That is not the passphrase. Try again in \(seconds) s: agentctl unlock"
    case .wrongPIN(let seconds, let left):
      "That is not the PIN. \(KeySourceError.left(left)) Try again in \(seconds) s: agentctl unlock"
    case .pinLockedOut(let seconds): KeySourceError.lockedOut(retryAfterSeconds: seconds).description
    case .passphraseTooSoon(let seconds):
      "Another passphrase or PIN was refused or is being tried. Try again in \(seconds) s: agentctl unlock"
    case .noPassphraseSlot: "This keystore has no passphrase. See how it opens: agentctl keystore status"
    case .noPINSlot: "This keystore has no PIN. See how it opens: agentctl keystore status"
    case .passphraseNeeded:
      "A passphrase is among the ways into this keystore, so it is needed for a new key. Run: agentctl keystore rekey"
    case .pinNeeded:
      "The TPM's PIN is among the ways into this keystore, so it is needed for a new key. Run: agentctl keystore rekey"
    case .noSuchSlot(let source):
      "The keystore has no \(source.rawValue) slot. See its slots: agentctl keystore status"
    case .lastSlot(let source):
      "The \(source.rawValue) slot is the only way into the keystore, and stays. "
        + "Add another first: agentctl keystore add-slot \(source == .passphrase ? "secret-service" : "passphrase")"
    case .noOtherSlotOpens(let source, let why):
      "Without the \(source.rawValue) slot nothing opens the keystore now, so it stays. Add another way first "
        + "(agentctl keystore add-slot passphrase), or mend the other one: \(why)"
    case .slotUnusable(let source, let why, _):
      "The key is wrapped for the \(source.rawValue) slot too, which gives no key now. Remove that slot "
        + "(agentctl keystore remove-slot \(source.rawValue)), or mend it: \(why)"
    case .sourceFailed(_, let error): error.description
    case .changedMeanwhile: "The keystore was locked or changed meanwhile; nothing was done. Try again."
    case .doesNotOpen(let what, let remedy):
      "A stored value of \(what) does not open; nothing was changed. \(remedy)"
    case .emptyPassphrase: "The passphrase or PIN is empty. Give one: agentctl unlock"
    case .noSuchSession(let name): "There is no session \(name). Run: agentctl login \(name)"
    case .sessionDamaged(let name, let why): "\(why) Sign in again: agentctl login \(name)"
    case .staleGeneration(let name, let last):
      "Session \(name) already has generation \(last); the older one was dropped."
    case .staleAttempt(let name): "Session \(name) was renewed or replaced meanwhile; the late answer was dropped."
    case .tooLarge(let limit): "The value is larger than \(limit) bytes."
    case .notErased(let path, let why):
      "It is removed; but its sealed values are still in the log beside \(path), as \(why). A later logout erases them."
    case .diskFull(let path): "There is no room to write the keystore \(path). Free some space."
    case .readOnly(let path): "The keystore \(path) cannot be written. Make it and its folder writable for you."
    case .unsafeFile(let path, let why): "\(path) \(why)."
    case .fileGone(let path):
      "The keystore \(path) was removed or replaced while the agent had it open, so nothing more is stored. Save what "
        + "it holds: agentctl keystore backup FILE. Then end the agent, and put that file in its place."
    case .failed(let path, let why): "The keystore \(path) failed: \(why)."
    }
  }
}
