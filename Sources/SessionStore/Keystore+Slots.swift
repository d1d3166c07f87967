internal import GRDB
public import SessionModel

/// A slot that is to be made, by its source; each with what that source needs.
public enum SlotRequest: Sendable {
  /// The user's keyring.
  case secretService
  /// A passphrase.
  case passphrase(Secret)
  /// A credential of the agent's unit; nil for the one of the settings.
  case systemdCredential(name: String?)
  /// The TPM; with a PIN where one is given.
  case tpm2(pin: Secret?)
  /// A file, absolute; nil for the one of the settings.
  case keyfile(path: String?)

  /// Its source.
  public var source: KeySourceName {
    switch self {
    case .secretService: .secretService
    case .passphrase: .passphrase
    case .systemdCredential: .systemdCredential
    case .tpm2: .tpm2
    case .keyfile: .keyfile
    }
  }
}

extension Keystore {
  /// Wraps the data key by one more source, or anew by one that has a slot already.
  ///
  /// - Throws: `sourceFailed` where the source gives no key.
  @discardableResult
  public func addSlot(_ request: SlotRequest) async throws(StoreError) -> KeystoreStatus {
    _ = try unlocked()
    guard let source = source(request.source) else { throw .sourceFailed(request.source, Self.notSet(request.source)) }
    let begun = epoch
    let wrappingKey: WrappingKey
    do throws(KeySourceError) {
      wrappingKey = try await source.wrappingKey(for: keyRequest(request))
    } catch {
      throw .sourceFailed(request.source, error)
    }
    guard begun == epoch, let dataKey else { throw .changedMeanwhile }
    let slot = try newSlot(request.source, for: dataKey.revealCopy(), with: wrappingKey, at: clock.now().wall)
    try write { database, _ in try slot.store(database) }
    slots = slots.filter { $0.source != slot.source } + [slot]
    trials[slot.source] = .opened
    tellWitnesses()
    eraseWherePossible()
    return status
  }

  private func keyRequest(_ slot: SlotRequest) -> KeyRequest {
    var request = KeyRequest(storeID: storeID, parameters: nil, createIfMissing: true)
    switch slot {
    case .secretService: break
    case .passphrase(let passphrase): request.passphrase = passphrase
    case .systemdCredential(let name): request.place = name
    case .tpm2(let pin): request.passphrase = pin
    case .keyfile(let path): request.place = path
    }
    return request
  }

  static func notSet(_ source: KeySourceName) -> KeySourceError {
    .unavailable("This agent has no key source \(source.rawValue).")
  }

  /// Removes a slot; its source opens the store no more.
  ///
  /// - Throws: `lastSlot`, and `noOtherSlotOpens` where no other is known to open the store: nobody is to be shut out.
  @discardableResult
  public func removeSlot(_ name: KeySourceName) async throws(StoreError) -> KeystoreStatus {
    _ = try unlocked()
    guard slots.contains(where: { $0.source == name }) else { return try forgetSlot(name) }
    guard slots.count > 1 else { throw .lastSlot(name) }
    let (begun, before) = (epoch, slots)
    try await expectAnotherOpens(than: name)
    guard begun == epoch, before.map(\.wrapped) == slots.map(\.wrapped) else { throw .changedMeanwhile }
    try write { database, _ in
      try database.execute(sql: "DELETE FROM slot WHERE source = ?", arguments: [name.rawValue])
    }
    slots.removeAll { $0.source == name }
    trials[name] = nil
    if openedBy == name { openedBy = slots.first?.source }
    source(name)?.forgetCounter(of: storeID)
    try erase()
    return status
  }

  /// One that was taken away outside the agent is no longer missed.
  private func forgetSlot(_ name: KeySourceName) throws(StoreError) -> KeystoreStatus {
    let place = Manifest.Place(table: "slot", key: name.rawValue)
    guard manifest.entries[place] != nil else { throw .noSuchSlot(name) }
    try write(noting: { $0.entries[place] = nil }) { _, _ in }
    source(name)?.forgetCounter(of: storeID)
    return status
  }

  /// A passphrase counts as known, and so does the PIN of a TPM that answers; any other source must give its key now.
  private func expectAnotherOpens(than name: KeySourceName) async throws(StoreError) {
    var why = "none of the others answers"
    let others = slots.filter { $0.source != name }
    if others.contains(where: { asks($0) == .passphrase }) { return }
    for slot in others {
      guard let source = source(slot.source) else {
        why = Self.notSet(slot.source).description
        continue
      }
      switch await wrappingKey(source, parameters: slot.parameters, passphrase: nil) {
      case .success(let key):
        if opens(slot, key) { return }
        why = "The key of its \(slot.source.rawValue) slot does not fit."
      case .failure(.pinNeeded): return
      case .failure(let error): why = error.description
      }
    }
    throw .noOtherSlotOpens(name, why: why)
  }
}
