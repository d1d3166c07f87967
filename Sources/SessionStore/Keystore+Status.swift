internal import SessionModel

/// What came of a slot at the last attempt.
enum SlotTrial {
  case opened
  /// Its source gave no key.
  case failed(KeySourceError)
  /// Its source gave a key that does not open it.
  case wrongKey
  /// Its source is not among those that the agent was started with.
  case notConfigured
}

extension Keystore {
  /// How the store stands.
  public var status: KeystoreStatus {
    KeystoreStatus(
      state: state, keySource: openedBy ?? slots.first?.source ?? chosenSource, path: path,
      schema: schema, lastError: trouble, slots: slots.map(slotStatus), isKeyringSilent: isKeyringSilent,
      isFileOutOfReach: !isClosed && fault.map { !$0.isDamage } ?? false)
  }

  /// Tries again the ways in that need nobody and cost little, so that the status says how they are now and not how they
  /// were when the store was opened. Bounded by the sources.
  public func look() async {
    for slot in slots where [.secretService, .keyfile].contains(slot.source) {
      guard dataKey != nil else { return }
      do throws(StoreError) {
        _ = try await provenKey(of: slot, nil)
      } catch {
        // It is the slot's trouble, which the status tells.
      }
    }
  }

  private var isKeyringSilent: Bool {
    switch trials[.secretService] {
    case .failed(.timedOut): true
    case .opened, .failed, .wrongKey, .notConfigured: false
    case nil: if case .timedOut = creationTrouble { database == nil } else { false }
    }
  }

  private var chosenSource: KeySourceName? {
    switch choice {
    case .auto: nil
    case .only(let source): source
    }
  }

  var state: KeystoreStatus.State {
    if let fault { return fault.isDamage ? .damaged : .unavailable }
    if dataKey != nil { return .unlocked }
    guard database != nil else {
      return chosenSource != nil && creationTrouble.isUnavailable ? .unavailable : .uninitialized
    }
    let states = slots.map(slotStatus)
    if states.contains(where: { $0.state == .locked }) { return .locked }
    return slots.contains { trials[$0.source].isWrongKey } ? .damaged : .unavailable
  }

  /// What stands in the way, in a sentence.
  private var trouble: String? {
    if let fault { return fault.description }
    if dataKey != nil { return said }
    guard database != nil else { return creationTrouble?.description }
    // What was tried and failed says more than what was not tried yet.
    let tried = slots.first { if case .failed = trials[$0.source] { asks($0) == nil } else { false } }
    let details = slots.compactMap { slotStatus($0).detail }
    guard let tried, let why = slotStatus(tried).detail else { return details.first }
    let opensByAnswer = slots.contains { asks($0) != nil && slotStatus($0).state == .locked }
    return opensByAnswer && !why.contains("agentctl unlock") ? why + " Or run: agentctl unlock" : why
  }

  /// What is to be said of an open store.
  private var said: String? {
    let isGone = database.map { !$0.isInPlace } ?? false
    let lines =
      (isGone ? [StoreError.fileGone(path: path).description] : []) + (manifest.held.isEmpty ? [] : [Self.older])
      + warnings
    return lines.isEmpty ? witnessTrouble ?? leftover : lines.joined(separator: " ")
  }

  private static let older =
    "The keystore is older than it was: an earlier copy is in its place, whose refresh tokens may be spent. "
    + "They are held back. To send one: agentctl refresh --force SESSION"

  private var leftover: String? {
    guard !setAside.isEmpty || !isSuccessor else {
      return
        "There was a keystore before, which is gone; this one was made anew. If you have a copy of it, end the agent "
        + "and put that at \(path)"
    }
    return setAside.last.map {
      "A damaged keystore was set aside as \($0); what could be read of it, if anything, was taken over. A session that "
        + "is missing is signed in again: agentctl login. When you have no more use for the file, remove it: rm \($0)*"
    }
  }

  private func slotStatus(_ slot: Slot) -> SlotStatus {
    let (state, detail) = trialStatus(slot)
    return SlotStatus(
      source: slot.source, createdAt: slot.createdAt, state: state, asks: asks(slot), detail: detail)
  }

  /// What a person must give for the slot.
  func asks(_ slot: Slot) -> SlotSecret? { source(slot.source)?.asks(slot.parameters) }

  private func trialStatus(_ slot: Slot) -> (SlotStatus.State, String?) {
    switch trials[slot.source] {
    case .opened: (.ok, nil)
    case nil:
      if dataKey != nil {
        (.ok, nil)
      } else if slot.source == .passphrase {
        (.locked, KeySourceError.passphraseNeeded.description)
      } else {
        (.locked, "The keystore is locked. Run: agentctl unlock")
      }
    case .failed(let error): (error.isLocked ? .locked : .unavailable, error.description)
    case .wrongKey:
      (.unavailable, dataKey == nil ? StoreError.wrongKey(path, slot.source) : StoreError.wrongSlot(slot.source))
    case .notConfigured:
      (.unavailable, "The keystore has a \(slot.source.rawValue) slot, which this agent is not set to use.")
    }
  }

  /// Why the store is not open, as an error.
  var notOpen: StoreError {
    if let fault { return fault }
    let why = trouble ?? "The keystore is locked. Run: agentctl unlock"
    switch state {
    case .uninitialized: return .uninitialized
    case .locked, .unlocked: return .locked(why)
    case .unavailable: return .unavailable(why)
    case .damaged: return .damaged(why)
    }
  }
}

extension SlotTrial? {
  /// Its source is there, and closed.
  var isLocked: Bool {
    guard case .failed(.locked) = self else { return false }
    return true
  }

  var isWrongKey: Bool {
    guard case .wrongKey = self else { return false }
    return true
  }
}

extension KeySourceError? {
  /// There is an error, and no person can mend it by unlocking.
  var isUnavailable: Bool { self.map { !$0.isLocked } ?? false }
}

extension StoreError {
  /// Whether the file itself is what is wrong.
  var isDamage: Bool {
    switch self {
    case .damaged, .newerSchema: true
    case .alreadyInUse, .notDamaged, .uninitialized, .locked, .unavailable, .wrongPassphrase, .wrongPIN, .pinLockedOut,
      .passphraseTooSoon, .passphraseNeeded, .pinNeeded, .noPINSlot,
      .noSuchSlot, .lastSlot, .noOtherSlotOpens, .slotUnusable, .sourceFailed,
      .changedMeanwhile, .doesNotOpen, .noPassphraseSlot,
      .emptyPassphrase, .noSuchSession, .sessionDamaged, .staleGeneration, .staleAttempt, .tooLarge, .notErased,
      .diskFull,
      .readOnly, .unsafeFile, .fileGone, .failed:
      false
    }
  }
}
