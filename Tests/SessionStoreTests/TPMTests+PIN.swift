import SessionModel
import SessionStore
import Testing

/// With a PIN.
extension TPMTests {
  @Test("its PIN makes a store, and opens it: as a PIN, and as a passphrase where there is none")
  func opens() async throws {
    let store = try await open()
    try await store.unlock(passphrase: nil, pin: pin)
    try await store.insert(Samples.record(), revoking: nil)
    await store.close()
    let again = try await open()
    let status = await again.openAtStart()
    #expect(status.state == .locked && status.slots.map(\.asks) == [.pin] && status.slots.map(\.state) == [.locked])
    #expect(status.lastError == "The keystore opens with the TPM's PIN. Run: agentctl unlock")
    await #expect(throws: StoreError.locked("The keystore opens with the TPM's PIN. Run: agentctl unlock")) {
      try await again.unlock(passphrase: nil)
    }
    try await again.unlock(passphrase: nil, pin: pin)
    await again.lock()
    try await again.unlock(passphrase: pin)
    #expect(try await again.sessions().records.count == 1)
    await again.close()
  }

  @Test("a wrong PIN is refused, each time for longer; then the TPM itself takes none, which is said, not tried again")
  func wrong() async throws {
    let store = try await open()
    try await store.unlock(passphrase: nil, pin: pin)
    await store.lock()
    for (seconds, left) in [(1, 2), (2, 1), (4, 0)] {
      await #expect(throws: StoreError.wrongPIN(retryAfterSeconds: seconds, left: left)) {
        try await store.unlock(passphrase: nil, pin: Secret("0000"))
      }
      await #expect(throws: StoreError.passphraseTooSoon(retryAfterSeconds: seconds)) {
        try await store.unlock(passphrase: nil, pin: pin)
      }
      place.clock.advance(seconds: Int64(seconds))
    }
    await #expect {
      try await store.unlock(passphrase: nil, pin: pin)
    } throws: { error in
      guard case .pinLockedOut(let seconds) = error as? StoreError else { return false }
      return seconds > 1
    }
    #expect(await store.status.slots.first?.detail?.contains("dictionary attack lockout") == true)
    #expect(await store.status.state == .locked)
    await store.close()
  }

  @Test("beside a passphrase, PIN and passphrase each open the store as what they are; a rekey needs both")
  func besideAPassphrase() async throws {
    let store = try await open([TestStore.passphrase])
    try await store.unlock(passphrase: Secret("horse"))
    let status = try await store.addSlot(.tpm2(pin: pin))
    #expect(status.slots.map(\.asks) == [.passphrase, .pin])
    await #expect(throws: StoreError.pinNeeded) { try await store.rekey(passphrase: Secret("horse")) }
    await #expect(throws: StoreError.passphraseNeeded) { try await store.rekey(passphrase: nil, pin: pin) }
    await #expect(throws: StoreError.wrongPIN(retryAfterSeconds: 1, left: 2)) {
      try await store.rekey(passphrase: Secret("horse"), pin: Secret("0000"))
    }
    place.clock.advance(seconds: 1)
    try await store.rekey(passphrase: Secret("horse"), pin: pin)
    for (passphrase, pin) in [(Secret("horse"), nil), (nil, pin)] {
      await store.lock()
      #expect(try await store.unlock(passphrase: passphrase, pin: pin).state == .unlocked)
    }
    await store.lock()
    await #expect(throws: StoreError.wrongPassphrase(retryAfterSeconds: 1)) { try await store.unlock(passphrase: pin) }
    await store.close()
  }

  @Test("its PIN counts as known where another slot is removed, as long as its TPM answers")
  func removal() async throws {
    let store = try await open([place.keyfile])
    try await store.unlock(passphrase: nil)
    try await store.addSlot(.tpm2(pin: pin))
    tpm.end()
    await #expect {
      try await store.removeSlot(.keyfile)
    } throws: { error in
      guard case .noOtherSlotOpens(.keyfile, _) = error as? StoreError else { return false }
      return true
    }
    let again = try SoftwareTPM(stateOf: tpm)
    #expect(try await store.removeSlot(.keyfile).slots.map(\.source) == [.tpm2])
    await store.close()
    again.end()
  }

  @Test("a PIN given for a store not yet made, while its TPM is away, it makes none, and a passphrase makes one after")
  func awayAtCreation() async throws {
    tpm.end()
    let store = try await open([TestStore.passphrase])
    await #expect {
      try await store.unlock(passphrase: nil, pin: pin)
    } throws: { error in
      guard case .sourceFailed(.tpm2, .unavailable) = error as? StoreError else { return false }
      return true
    }
    #expect(await store.status.state == .uninitialized)
    #expect(try await store.unlock(passphrase: Secret("horse")).state == .unlocked)
    await store.close()
  }

  @Test("no PIN, an empty one, and one for a store that asks for none are refused by name")
  func refusals() async throws {
    let store = try await open([place.keyfile])
    try await store.unlock(passphrase: nil)
    try await store.addSlot(.tpm2(pin: nil))
    await store.lock()
    await #expect(throws: StoreError.noPINSlot) { try await store.unlock(passphrase: nil, pin: pin) }
    await #expect(throws: StoreError.emptyPassphrase) { try await store.unlock(passphrase: nil, pin: Secret("")) }
    await #expect(throws: StoreError.noPassphraseSlot) { try await store.unlock(passphrase: pin) }
    await store.close()
  }
}
