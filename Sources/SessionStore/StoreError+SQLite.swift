internal import GRDB
internal import SessionCrypto

extension StoreError {
  /// What SQLite, GRDB or we ourselves threw, told apart by what can be done about it.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as StoreError: self = error
    case let error as DatabaseError: self = StoreError(error, path: path)
    case is MalformedRow: self = .damaged(Self.damage(path, "a row is not of its table's form"))
    case is AESGCM.Failure: self = .failed(path: path, why: "a value could not be sealed")
    default: self = .failed(path: path, why: String(describing: type(of: error)))
    }
  }

  private init(_ error: DatabaseError, path: String) {
    let message = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    // No room for the index of the log is reported as a failure of its own.
    if error.extendedResultCode == .SQLITE_IOERR_SHMSIZE {
      self = .diskFull(path: path)
      return
    }
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path: path)
    // The log and its index cannot be made beside the file.
    case .SQLITE_CANTOPEN where !StoreFile(path: path).isWritable: self = .readOnly(path: path)
    // A bit of the header that no version of SQLite knows.
    case .SQLITE_ERROR where message == "unsupported file format": self = .damaged(Self.damage(path, message))
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(Self.damage(path, message))
    default: self = .failed(path: path, why: message)
    }
  }

  /// The same of the store that the unfinished file was to become.
  func concerning(_ path: String) -> StoreError {
    switch self {
    case .diskFull: .diskFull(path: path)
    case .readOnly: .readOnly(path: path)
    case .failed(_, let why): .failed(path: path, why: why)
    case .alreadyInUse, .notDamaged, .uninitialized, .locked, .unavailable, .damaged, .newerSchema, .wrongPassphrase,
      .wrongPIN, .pinLockedOut, .passphraseTooSoon, .passphraseNeeded, .pinNeeded, .noPINSlot, .noSuchSlot, .lastSlot,
      .noOtherSlotOpens, .slotUnusable, .sourceFailed,
      .changedMeanwhile, .doesNotOpen, .noPassphraseSlot, .emptyPassphrase, .noSuchSession, .sessionDamaged,
      .staleGeneration,
      .staleAttempt, .tooLarge, .notErased, .unsafeFile, .fileGone:
      self
    }
  }

  /// Names the damage and what to do.
  static func damage(_ path: String, _ what: String) -> String {
    "The keystore \(path) is damaged: \(what). It is left as it is. Put a good copy in its place; or have it set aside, "
      + "and go on with what can be read of it: agentctl unlock"
  }

  /// The same where another slot has opened the store.
  static func wrongSlot(_ source: KeySourceName) -> String {
    "The key of this slot is another store's, or the slot was changed: it does not open. Remove it, then make it anew: "
      + "agentctl keystore remove-slot \(source.rawValue)"
  }

  /// The file may well be whole.
  static func wrongKey(_ path: String, _ source: KeySourceName) -> String {
    "The keystore \(path) does not open: the key of its \(source.rawValue) slot is another store's, or the slot was "
      + "changed. It is left as it is. Put the right key or a good copy in its place; or begin anew with: "
      + "mv \(path) \(path).closed && agentctl unlock"
  }
}
