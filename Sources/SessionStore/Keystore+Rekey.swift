internal import GRDB
public import SessionModel

extension Keystore {
  /// Replaces the data key: a new one, wrapped for every slot, and every sealed value sealed anew, in one transaction.
  /// The store stays open all the while.
  ///
  /// - Parameters:
  ///   - passphrase: needed where there is a passphrase slot, and only there.
  ///   - pin: needed where there is a TPM slot with a PIN, and only there.
  /// - Throws: `passphraseNeeded`, `pinNeeded`, `wrongPassphrase`, `wrongPIN`, `slotUnusable`, `doesNotOpen`; nothing is
  ///   changed then.
  @discardableResult
  public func rekey(passphrase: Secret?, pin: Secret? = nil) async throws(StoreError) -> KeystoreStatus {
    _ = try unlocked()
    let (begun, before) = (epoch, slots)
    var keys: [(Slot, WrappingKey)] = []
    let pin = pin ?? (givenAsPassphrase == .pin ? passphrase : nil)
    for slot in before {
      let secret: Secret?
      switch asks(slot) {
      case .passphrase:
        guard let passphrase else { throw .passphraseNeeded }
        secret = passphrase
      case .pin:
        guard let pin else { throw .pinNeeded }
        secret = pin
      case nil: secret = nil
      }
      keys.append((slot, try await provenKey(of: slot, secret)))
    }
    guard begun == epoch, before.map(\.wrapped) == slots.map(\.wrapped) else { throw .changedMeanwhile }
    let fresh = random.key()
    guard let held = LockedKey(fresh) else { throw .failed(path: path, why: "there is no memory for its key") }
    let rewrapped = try keys.map { (slot, key) throws(StoreError) in
      try newSlot(slot.source, for: fresh, with: key, at: slot.createdAt)
    }
    try write(newKey: fresh) { database, old in
      let rows = try rows(database)
      // What is sealed anew would count as the agent's own from then on.
      let resealed = Set(SealedTable.all.map(\.name))
      let changed = manifest.mismatches(rows).filter { rows[$0.key] != nil && resealed.contains($0.key.table) }
      if let (place, entry) = changed.min(by: { $0.key < $1.key }) { throw place.doesNotOpen(about: entry.session) }
      let new = Sealer(key: fresh, random: random)
      for table in SealedTable.all { try table.reseal(from: old, to: new, database) }
      for slot in rewrapped { try slot.store(database) }
    }
    dataKey = held
    slots = rewrapped
    eraseWherePossible()
    return status
  }

  /// The key of a slot's source, shown to open the slot. What came of it is in `trials`.
  func provenKey(of slot: Slot, _ secret: Secret?) async throws(StoreError) -> WrappingKey {
    guard let source = source(slot.source) else {
      throw .slotUnusable(slot.source, why: "This agent is not set to use it.", isLocked: false)
    }
    let begun = epoch
    if secret != nil { try throttle.begin(clock.now().boot) }
    defer { if secret != nil { throttle.end() } }
    let answer = await wrappingKey(source, parameters: slot.parameters, passphrase: secret)
    guard begun == epoch else { throw .changedMeanwhile }
    switch answer {
    case .failure(let error):
      if let refusal = refusal(error) { throw refusal }
      trials[slot.source] = .failed(error)
      throw .slotUnusable(slot.source, why: error.description, isLocked: error.isLocked)
    case .success(let key):
      guard opens(slot, key) else {
        if asks(slot) == .passphrase { throw .wrongPassphrase(retryAfterSeconds: throttle.failed(clock.now().boot)) }
        trials[slot.source] = .wrongKey
        throw .slotUnusable(slot.source, why: "Its source has another store's key.", isLocked: false)
      }
      if secret != nil { throttle.succeeded() }
      trials[slot.source] = .opened
      return key
    }
  }

  /// Whether the key opens the slot, and what is in it is the data key.
  func opens(_ slot: Slot, _ key: WrappingKey) -> Bool {
    guard let dataKey, let found = try? slot.unwrap(with: key, storeID: storeID, random: random) else { return false }
    return found == dataKey.revealCopy()
  }

  /// The data key wrapped by a source's key.
  func newSlot(
    _ source: KeySourceName, for key: Secret, with wrappingKey: WrappingKey, at time: Timestamp
  ) throws(StoreError) -> Slot {
    do {
      return try Slot(wrapping: key, by: source, with: wrappingKey, storeID: storeID, at: time, random: random)
    } catch {
      throw .failed(path: path, why: "the data key could not be sealed")
    }
  }
}
