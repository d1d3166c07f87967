import Foundation
import Glibc
import SessionModel
import SessionStore
import Testing

@Suite("a TPM", .serialized)
struct TPMTests {
  let place: TestStore
  let tpm: SoftwareTPM
  let pin = Secret("2468")

  init() throws {
    place = try TestStore()
    tpm = try SoftwareTPM()
  }

  /// A store that the first of the sources makes.
  func open(_ others: [any KeySource] = [], and source: TPMKeySource? = nil) async throws -> Keystore {
    try await place.open(others + [source ?? tpm.source()], choice: .only(others.first?.name ?? .tpm2))
  }

  /// A store made by the TPM, closed again.
  private func make(pin: Secret? = nil) async throws {
    let store = try await open()
    try await store.unlock(passphrase: nil, pin: pin)
    try await store.insert(Samples.record(), revoking: nil)
    await store.close()
  }

  private func status(_ source: TPMKeySource) async throws -> KeystoreStatus {
    let store = try await open(and: source)
    let status = await store.openAtStart()
    await store.close()
    return status
  }

  private func expectUnavailable(_ words: String, _ source: TPMKeySource) async throws {
    let found = try await status(source)
    #expect(found.state == .unavailable && found.lastError?.contains(words) == true, "\(found)")
  }

  @Test("opens the store after it was switched off and on")
  func restart() async throws {
    try await make()
    tpm.end()
    let again = try SoftwareTPM(stateOf: tpm)
    let found = try await status(again.source())
    #expect(found.state == .unlocked && found.keySource == .tpm2)
    #expect(found.slots.map(\.asks) == [nil])
  }

  @Test("another TPM, one that was cleared, one with an owner's password and one that is switched off are told apart")
  func kinds() async throws {
    try await make()
    let another = try SoftwareTPM()
    try await expectUnavailable("not the one that sealed", another.source())
    another.end()
    try tpm.setOwnerPassword()
    try await expectUnavailable("owner's password", tpm.source())
    try tpm.clear()
    try await expectUnavailable("was cleared", tpm.source())
    tpm.end()
    try await expectUnavailable("No TPM answers at tcti = ", tpm.source())
  }

  @Test(
    "where there is none it is said what to do",
    arguments: [
      ("device:/nonexistent/tpm", "There is no TPM at /nonexistent/tpm"), ("nosuch:x", "No TPM answers at tcti = "),
      ("swtpm:path=/nonexistent", "No TPM answers at tcti = "),
    ])
  func none(_ tcti: String, _ words: String) async throws {
    let source = TPMKeySource(tcti: tcti, random: SystemRandom())
    let error = await #expect(throws: KeySourceError.self) {
      try await source.wrappingKey(for: KeyRequest(storeID: "s", parameters: nil, createIfMissing: true))
    }
    guard case .unavailable(let why) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(why.hasPrefix(words) && why.contains("agentctl"))
    #expect(try await open(and: source).status.state == .uninitialized)
  }

  @Test("one that hangs is given up in time, again and again, and opens the store once it goes on")
  func hangs() async throws {
    try await make()
    tpm.hang()
    let source = tpm.source(deadlineMilliseconds: 1500)
    for _ in 0..<2 { try await expectUnavailable("did not answer within 1.5 s", source) }
    tpm.goOn()
    // By the same source, which lets the work that it gave up come to its end first.
    #expect(try await status(source).state == .unlocked)
    #expect(try tpm.transientObjects() == 0 && tpm.sessions() == 0)
  }

  @Test("nothing of ours stays in it, whatever came of the work")
  func leavesNothing() async throws {
    try await make(pin: pin)
    let store = try await open()
    for _ in 0..<3 { await store.openAtStart() }
    await #expect(throws: StoreError.self) { try await store.unlock(passphrase: nil, pin: Secret("0000")) }
    place.clock.advance(seconds: 1)
    try await store.unlock(passphrase: nil, pin: pin)
    await store.close()
    #expect(try tpm.transientObjects() == 0 && tpm.sessions() == 0)
  }

  @Test("who listens on the bus sees neither key nor PIN")
  func parameterEncryption() async throws {
    let tap = try BusTap(tpm)
    let source = SoftwareTPM.source(tap.path)
    var request = KeyRequest(storeID: "s", parameters: nil, createIfMissing: true, passphrase: Secret("a long PIN"))
    let made = try await source.wrappingKey(for: request)
    let sealing = tap.bytes
    request.parameters = made.parameters
    #expect(try await source.wrappingKey(for: request).key == made.key)
    let heard = Data(tap.bytes)
    let key = made.key.withRevealedBytes { Data($0) }
    // What may be seen is: the scan finds what passes.
    let storageName = try Self.sealed(made)[4..<34]
    #expect(heard.count > sealing.count && sealing.count > 500)
    #expect(heard.range(of: storageName) != nil)
    for piece in stride(from: 0, through: 24, by: 8) { #expect(heard.range(of: key[piece..<(piece + 8)]) == nil) }
    #expect(heard.range(of: Data("a long PIN".utf8)) == nil)
  }

  /// What the slot keeps of the TPM: the storage key's name, that of the endorsement hierarchy's, public and private part.
  private static func sealed(_ key: WrappingKey) throws -> Data {
    struct Kept: Decodable { var sealed: Data }
    return try JSONDecoder().decode(Kept.self, from: Data(key.parameters)).sealed
  }

  @Test("what is kept and was changed gives no key")
  func flips() async throws {
    let source = tpm.source()
    var request = KeyRequest(storeID: "s", parameters: nil, createIfMissing: true)
    let made = try await source.wrappingKey(for: request)
    let sealed = [UInt8](try Self.sealed(made))
    request.createIfMissing = false
    for byte in stride(from: 0, to: sealed.count, by: 7) where !(36..<72).contains(byte) {
      var other = sealed
      other[byte] ^= 0x10
      request.parameters = Array(#"{"pin":false,"sealed":"\#(Data(other).base64EncodedString())"}"#.utf8)
      await #expect(throws: KeySourceError.self, "byte \(byte)") { try await source.wrappingKey(for: request) }
    }
    for wrong in ["", "{}", #"{"pin":false,"sealed":""}"#, #"{"pin":false,"sealed":"AAAA"}"#] {
      request.parameters = Array(wrong.utf8)
      await #expect(throws: KeySourceError.self) { try await source.wrappingKey(for: request) }
    }
  }
}
