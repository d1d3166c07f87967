internal import Foundation
internal import GRDB
internal import SessionCrypto
public import SessionModel

extension Keystore {
  /// Opens the store by the sources that need nobody, or makes it where it is new and the chosen source can. Bounded by
  /// the sources: two seconds for the secret service. What went wrong is in the status.
  @discardableResult
  public func openAtStart() async -> KeystoreStatus {
    do throws(StoreError) {
      try await openUnattended()
    } catch {
      // Kept where it belongs: `fault`, `trials`, `creationTrouble`.
    }
    return status
  }

  /// Opens the store: by a passphrase, or (nil) by trying the configured sources again. On a store not yet made the
  /// passphrase becomes its first slot. The derivation runs elsewhere: nobody else waits for it.
  ///
  /// - Parameter mayAsk: whether a person waits, so that a source may show its own prompt, for a minute at most. One is
  ///   shown at a time; who comes meanwhile is answered without.
  /// - Throws: `wrongPassphrase` or `passphraseTooSoon`, later each time; else why the store does not open.
  @discardableResult
  public func unlock(passphrase: Secret?, mayAsk: Bool = false) async throws(StoreError) -> KeystoreStatus {
    if dataKey != nil, fault == nil { return status }
    if fault != nil || database == nil { try take() }
    if let passphrase {
      try await open(passphrase: passphrase)
    } else if mayAsk, !isAsking {
      isAsking = true
      defer { isAsking = false }
      try await openUnattended(mayAsk: true)
    } else {
      try await openUnattended()
    }
    return status
  }

  /// Forgets the data key. A refresh whose answer is on its way cannot be stored after this: end it first.
  public func lock() {
    dataKey = nil
    openedBy = nil
    (manifest, warnings, seen) = (Manifest(), [], nil)
    trials = [:]
    creationTrouble = nil
    epoch += 1
  }

  private func openUnattended(mayAsk: Bool = false) async throws(StoreError) {
    if let fault { throw fault }
    guard dataKey == nil else { return }
    guard database != nil else { return try await makeUnattended(mayAsk: mayAsk) }
    if try await open(by: slots.filter { $0.source != .passphrase }, mayAsk: false) { return }
    if mayAsk, try await open(by: slots.filter { trials[$0.source].isLocked }, mayAsk: true) { return }
    throw notOpen
  }

  /// Whether one of these slots opened the store.
  private func open(by slots: [Slot], mayAsk: Bool) async throws(StoreError) -> Bool {
    let begun = epoch
    var doubtful: [(Slot, WrappingKey)] = []
    for slot in slots {
      guard let source = source(slot.source) else {
        trials[slot.source] = .notConfigured
        continue
      }
      let answer = await wrappingKey(source, parameters: slot.parameters, passphrase: nil, mayAsk: mayAsk)
      guard begun == epoch else { throw notOpen }
      guard dataKey == nil else { return true }
      switch answer {
      case .success(let key):
        guard hasKeyOfManifest(slot, key) else {
          trials[slot.source] = .wrongKey
          doubtful.append((slot, key))
          continue
        }
        if open(slot, with: key) { return true }
        if let fault { throw fault }
      case .failure(let error): trials[slot.source] = .failed(error)
      }
    }
    // No slot has the manifest's key, so the manifest is what is wrong.
    for (slot, key) in doubtful {
      if open(slot, with: key) { return true }
      if let fault { throw fault }
    }
    return false
  }

  /// Whether what the slot wraps is the key of the store as it is now: not that of a slot from another time.
  private func hasKeyOfManifest(_ slot: Slot, _ key: WrappingKey) -> Bool {
    guard let found = try? slot.unwrap(with: key, storeID: storeID, random: random), let database,
      let sealed = try? database.read({ try Data.fetchOne($0, sql: "SELECT sealed FROM manifest") })
    else { return true }
    return (try? Sealer(key: found, random: random).open(sealed, Manifest.context(storeID: storeID))) != nil
  }

  private func open(passphrase: Secret) async throws(StoreError) {
    if let fault { throw fault }
    guard !passphrase.isEmpty else { throw .emptyPassphrase }
    guard let source = source(.passphrase) else { throw .noPassphraseSlot }
    guard let slot = slots.first(where: { $0.source == .passphrase }) ?? nil else {
      guard database == nil else { throw .noPassphraseSlot }
      try throttle.begin(clock.now().boot)
      defer { throttle.end() }
      return try await makeStore(source, passphrase: passphrase)
    }
    try throttle.begin(clock.now().boot)
    defer { throttle.end() }
    let begun = epoch
    let answer = await wrappingKey(source, parameters: slot.parameters, passphrase: passphrase)
    guard begun == epoch else { throw notOpen }
    switch answer {
    case .failure(let error):
      trials[.passphrase] = .failed(error)
      throw .unavailable(error.description)
    case .success(let key):
      guard dataKey != nil || open(slot, with: key) else {
        if let fault { throw fault }
        trials[.passphrase] = nil
        throw .wrongPassphrase(retryAfterSeconds: throttle.failed(clock.now().boot))
      }
      throttle.succeeded()
    }
  }

  /// Whether the key opens the slot; if so the store is open.
  private func open(_ slot: Slot, with key: WrappingKey) -> Bool {
    let found: Secret
    do {
      found = try slot.unwrap(with: key, storeID: storeID, random: random)
    } catch {
      trials[slot.source] = .wrongKey
      return false
    }
    trials[slot.source] = .opened
    openedBy = slot.source
    do throws(StoreError) {
      try hold(found)
      try takeManifest()
      return true
    } catch {
      (fault, dataKey, openedBy) = (error, nil, nil)
      return false
    }
  }

  func source(_ name: KeySourceName) -> (any KeySource)? { sources.first { $0.name == name } }

  func wrappingKey(
    _ source: any KeySource, parameters: [UInt8], passphrase: Secret?, mayAsk: Bool = false
  ) async -> Result<WrappingKey, KeySourceError> {
    let request = KeyRequest(
      storeID: storeID, parameters: parameters, createIfMissing: false, passphrase: passphrase, mayAsk: mayAsk)
    do throws(KeySourceError) {
      return .success(try await source.wrappingKey(for: request))
    } catch {
      return .failure(error)
    }
  }
}
