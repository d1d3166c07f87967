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

  /// Opens the store: by a passphrase, by the TPM's PIN, or (neither) by trying again the sources that need nobody. On a
  /// store not yet made what is given makes its first slot. The work runs elsewhere: nobody else waits for it.
  ///
  /// - Parameter mayAsk: whether a person waits, so that a source may show its own prompt, for a minute at most. One is
  ///   shown at a time; who comes meanwhile is answered without.
  /// - Throws: `wrongPassphrase`, `wrongPIN` or `passphraseTooSoon`, later each time; else why the store does not open.
  @discardableResult
  public func unlock(
    passphrase: Secret?, pin: Secret? = nil, mayAsk: Bool = false
  ) async throws(StoreError) -> KeystoreStatus {
    if dataKey != nil, fault == nil { return status }
    if fault != nil || database == nil { try take() }
    if let pin {
      try await open(by: .pin, pin)
    } else if let passphrase {
      try await open(by: givenAsPassphrase, passphrase)
    } else if mayAsk, !isAsking {
      isAsking = true
      defer { isAsking = false }
      try await openUnattended(mayAsk: true)
    } else {
      try await openUnattended()
    }
    return status
  }

  /// Reads a file that was out of reach anew, and opens the store by the sources that need nobody. Makes none: where the
  /// file is gone meanwhile, a person may be about to put it in its place.
  public func retryFile() async -> KeystoreStatus {
    do throws(StoreError) {
      if fault != nil { try take() }
      if database != nil { try await openUnattended() }
    } catch {
      // As at the start.
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
    let promptable = slots.filter { trials[$0.source].isLocked && asks($0) == nil }
    if mayAsk, try await open(by: promptable, mayAsk: true) { return }
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

  /// What a person means who gives a passphrase: the PIN, where that is all that the store asks for.
  var givenAsPassphrase: SlotSecret {
    slots.contains { asks($0) == .pin } && !slots.contains { asks($0) == .passphrase } ? .pin : .passphrase
  }

  private func open(by kind: SlotSecret, _ secret: Secret) async throws(StoreError) {
    if let fault { throw fault }
    guard !secret.isEmpty else { throw .emptyPassphrase }
    guard let source = source(kind.source) else { throw kind.noSlot }
    try throttle.begin(clock.now().boot)
    defer { throttle.end() }
    guard let slot = slots.first(where: { asks($0) == kind }) ?? nil else {
      guard database == nil else { throw kind.noSlot }
      return try await makeStore(source, passphrase: secret)
    }
    let begun = epoch
    let answer = await wrappingKey(source, parameters: slot.parameters, passphrase: secret)
    guard begun == epoch else { throw notOpen }
    switch answer {
    case .failure(let error): throw refusal(error, by: slot)
    case .success(let key):
      guard dataKey != nil || open(slot, with: key) else {
        if let fault { throw fault }
        guard kind == .passphrase else { throw notOpen }
        trials[.passphrase] = nil
        throw .wrongPassphrase(retryAfterSeconds: throttle.failed(clock.now().boot))
      }
      throttle.succeeded()
    }
  }

  /// What it is to who gave the secret that the source gave no key for it.
  private func refusal(_ error: KeySourceError, by slot: Slot) -> StoreError {
    trials[slot.source] = .failed(error)
    return refusal(error) ?? .unavailable(error.description)
  }

  /// A refused PIN; nil for anything else.
  func refusal(_ error: KeySourceError) -> StoreError? {
    switch error {
    case .wrongPIN(let left): .wrongPIN(retryAfterSeconds: throttle.failed(clock.now().boot), left: left)
    case .lockedOut(let seconds): .pinLockedOut(retryAfterSeconds: seconds)
    case .locked, .passphraseNeeded, .pinNeeded, .unavailable, .timedOut, .missing, .unfit: nil
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
      try takeManifest(heard: key.counter)
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
