internal import SessionCrypto
public import SessionModel

/// A key sealed in the machine's TPM 2.0, by tpm2-tss: nothing on the disk opens it without that chip. With a PIN, the
/// chip itself counts wrong ones. tpm2-tss is loaded when a slot of this source is made or opened, not before.
public struct TPMKeySource: KeySource {
  /// `tpm2`.
  public let name = KeySourceName.tpm2
  private let tpm: TPM
  private let random: any RandomSource
  private static let length = 32

  /// The TPM at that place.
  ///
  /// - Parameters:
  ///   - tcti: as tpm2-tss has it (`device:/dev/tpm0`, `swtpm:path=…`); empty for the kernel's resource manager.
  ///   - deadlineMilliseconds: within these there is an answer.
  public init(tcti: String = "", deadlineMilliseconds: Int = 2200, random: any RandomSource) {
    tpm = TPM(tcti: tcti, deadlineMilliseconds: deadlineMilliseconds)
    self.random = random
  }

  /// The PIN, where the slot was made with one.
  public func asks(_ parameters: [UInt8]) -> SlotSecret? { TPMSlot(parameters)?.hasPIN == true ? .pin : nil }

  /// Seals a new key for a new slot, else has the slot's unsealed. A slot with a PIN that is not given is only looked at:
  /// whether this is its TPM.
  public func wrappingKey(for request: KeyRequest) async throws(KeySourceError) -> WrappingKey {
    let pin = try request.passphrase.map { pin throws(KeySourceError) in try Self.authorization(pin, request.storeID) }
    guard let parameters = request.parameters else {
      guard request.createIfMissing else { throw .missing("The TPM has sealed no key for this keystore.") }
      let key = random.key(Self.length)
      let slot = TPMSlot(sealed: try await tpm.seal(key, pin: pin), hasPIN: pin != nil)
      return WrappingKey(key: key, parameters: slot.encoded)
    }
    guard let slot = TPMSlot(parameters) else { throw .unfit(TPM.unreadable) }
    guard pin != nil || !slot.hasPIN else {
      try await tpm.check(slot.sealed)
      throw .pinNeeded
    }
    let key = try await tpm.unseal(slot.sealed, pin: slot.hasPIN ? pin : nil)
    guard key.count == Self.length else { throw .unfit(TPM.unreadable) }
    return WrappingKey(key: key, parameters: parameters)
  }

  /// What the TPM is told of a PIN. It takes 32 bytes at most and drops zeros at the end: so 24 bytes that follow from
  /// the PIN, in base64.
  private static func authorization(_ pin: Secret, _ storeID: String) throws(KeySourceError) -> Secret {
    do {
      let bytes = try HKDF.sha256(
        inputKey: pin, salt: Secret(copyingUTF8: storeID), info: "session-agent tpm2 pin", count: 24)
      return Base64.encode(bytes)
    } catch {
      throw .unavailable("The PIN could not be prepared for the TPM.")
    }
  }
}
