import Foundation
import GRDB
import Glibc
import SessionModel
import Testing

@testable import SessionStore

/// SECURITY 3 where the keyring has a slot: what is told to a real GNOME Keyring on a private bus, and what it notices.
@Suite("the witness in the keyring", .serialized)
struct KeyringWitnessTests {
  let keyring: PrivateKeyring
  let source: SecretServiceKeySource
  let place: TestStore
  let name: SessionName

  init() throws {
    keyring = try PrivateKeyring()
    source = keyring.source()
    place = try TestStore()
    name = try Samples.name("rotating")
  }

  private func open(_ sources: (any KeySource)...) async throws -> Keystore {
    let store = try await place.open(
      sources.isEmpty ? [source, TestStore.passphrase] : sources, choice: .only(.secretService))
    await store.openAtStart()
    return store
  }

  /// A store of the keyring with a session that rotates and one that does not, closed; the counter is 2.
  private func make() async throws {
    let store = try await open()
    for session in [name, try Samples.name("steady")] {
      try await store.insert(try Samples.record(session.rawValue), revoking: nil)
    }
    try await store.commitRefresh(
      session: try Samples.name("steady"), generation: Generation(2), tokens: Samples.tokens(2),
      at: place.clock.now().wall)
    try await expectTold(2)
    await store.close()
  }

  private func told() async -> Int64? {
    guard let id = try? place.storeID() else { return nil }
    let request = KeyRequest(storeID: id, parameters: nil, createIfMissing: false)
    return try? await source.wrappingKey(for: request).counter
  }

  /// The store does not wait for it, so this does.
  private func expectTold(_ counter: Int64?, by teller: SecretServiceKeySource? = nil) async throws {
    await (teller ?? source).witness?.settle()
    let heard = await told()
    try #require(heard == counter, "the keyring says \(String(describing: heard))")
  }

  private var folders: [String] { ["data", "state"].map { "\(place.folder.path)/\($0)" } }

  private func keepCopy() throws {
    for folder in folders { try FileManager.default.copyItem(atPath: folder, toPath: folder + ".old") }
  }

  private func putCopyBack() throws {
    for folder in folders {
      try FileManager.default.removeItem(atPath: folder)
      try FileManager.default.copyItem(atPath: folder + ".old", toPath: folder)
    }
  }

  /// As after a day on which the session was renewed once and then the whole home of the day before was put back.
  private func goBack() async throws {
    try await make()
    try keepCopy()
    let store = try await open()
    #expect(try await store.sessions().heldBack.isEmpty)
    try await store.rotate(name, to: 2)
    try await expectTold(3)
    await store.close()
    try putCopyBack()
  }

  @Test("notices a store that was put back together with its file: it opens, what rotates is held back, and it says so")
  func wholeHome() async throws {
    let daemon = try await keyring.start()
    defer { daemon.end(SIGKILL) }
    try await goBack()
    for _ in 0..<2 {
      let store = try await open()
      #expect(await store.status.state == .unlocked)
      let loaded = try await store.sessions()
      #expect(loaded.damaged.isEmpty && loaded.records.count == 2)
      #expect(loaded.heldBack == [name], "also at the next start")
      #expect(await store.status.lastError?.contains("agentctl refresh --force") == true)
      await store.close()
    }
  }

  @Test("says no more of it once a person had the token sent, though the copy was put back on purpose and stays")
  func putBackOnPurpose() async throws {
    let daemon = try await keyring.start()
    defer { daemon.end(SIGKILL) }
    try await goBack()
    let store = try await open()
    try await store.release(name)
    #expect(await store.status.lastError == nil)
    try await store.rotate(name, to: 3)
    try await expectTold(4)
    await store.close()
    let again = try await open()
    #expect(try await again.sessions().heldBack.isEmpty)
    #expect(await again.status.lastError == nil)
    await again.close()
  }

  @Test("outlives the service, has a name that a person knows, holds no secret, and there is one of it")
  func item() async throws {
    let daemon = try await keyring.start()
    try await make()
    let store = try await open()
    for generation in 2...5 { try await store.rotate(name, to: Int64(generation)) }
    try await expectTold(6)
    let id = try place.storeID()
    let item = try #require(try keyring.items(["witness": id]).first)
    #expect(try keyring.items(["application": "session-agent"]).count == 2, "and the key's")
    let label = try keyring.property("Label", of: item)
    #expect(label.contains("\"session-agent keystore counter (holds no secret)\""))
    let attributes = try keyring.property("Attributes", of: item)
    for text in ["application", "session-agent", "witness", id, "counter", "6"] {
      #expect(attributes.contains("\"\(text)\""), "\(attributes)")
    }
    daemon.end(SIGKILL)
    let again = try await keyring.start()
    defer { again.end(SIGKILL) }
    #expect(await told() == 6)
    await store.close()
  }

  @Test("that was deleted accuses nobody and is made anew, and the file is the witness meanwhile")
  func deleted() async throws {
    let daemon = try await keyring.start()
    defer { daemon.end(SIGKILL) }
    try await goBack()
    let id = try place.storeID()
    try keyring.delete(try #require(try keyring.items(["witness": id]).first))
    let store = try await open()
    #expect(try await store.sessions().heldBack.isEmpty, "nobody knows of it")
    try await expectTold(2)
    try await store.rotate(name, to: 2)
    try await expectTold(3)
    await store.close()
    let state = folders[1]
    try FileManager.default.copyItem(atPath: state, toPath: state + ".new")
    try putCopyBack()
    try FileManager.default.removeItem(atPath: state)
    try FileManager.default.moveItem(atPath: state + ".new", toPath: state)
    try keyring.delete(try #require(try keyring.items(["witness": id]).first))
    let older = try await open()
    #expect(try await older.sessions().heldBack == [name])
    try await expectTold(3)
    await older.close()
  }

  @Test("hears of a store that something else opened, and at the next start of what it missed")
  func openedByAnother() async throws {
    let daemon = try await keyring.start()
    try await make()
    let passphrase = Secret("correct horse")
    let first = try await open()
    try await first.addSlot(.passphrase(passphrase))
    await first.close()
    let alone = try await open(TestStore.passphrase)
    try await alone.unlock(passphrase: passphrase)
    try await alone.rotate(name, to: 2)
    await alone.close()
    #expect(await told() == 2)
    let second = try await open()
    #expect(try await second.sessions().heldBack.isEmpty)
    try await expectTold(3)
    await second.close()

    try keyring.lock()
    let store = try await open()
    #expect(await store.status.state == .locked)
    try await store.unlock(passphrase: passphrase)
    daemon.end(SIGKILL)
    let again = try await keyring.start()
    defer { again.end(SIGKILL) }
    try await store.rotate(name, to: 3)
    try await expectTold(4)
    await store.close()
  }

  @Test("is never waited for: while the service hangs everything is stored")
  func hangs() async throws {
    let daemon = try await keyring.start()
    defer { daemon.end(SIGKILL) }
    try await make()
    let patient = keyring.source(deadlineMilliseconds: 600_000)
    let store = try await open(patient)
    daemon.signal(SIGSTOP)
    // Whoever waited for the service would wait ten minutes.
    for generation in 2...4 { try await store.rotate(name, to: Int64(generation)) }
    #expect(try await store.sessions().records.count == 2)
    daemon.signal(SIGCONT)
    try await expectTold(5, by: patient)
    await store.close()
  }

  @Test("goes with its slot, comes with it, and is the same after a new key and after a recovery")
  func goesWithTheSlot() async throws {
    let daemon = try await keyring.start()
    defer { daemon.end(SIGKILL) }
    try await make()
    let store = try await open(source, place.keyfile)
    try await store.addSlot(.keyfile(path: nil))
    try await store.rekey(passphrase: nil)
    try await store.rotate(name, to: 2)
    try await expectTold(3)
    #expect(try keyring.items(["application": "session-agent"]).count == 2)
    try await store.removeSlot(.secretService)
    try await expectTold(nil)
    try await store.rotate(name, to: 3)
    try await store.addSlot(.secretService)
    try await expectTold(4)
    await store.close()

    let pages = try place.rows("SELECT rootpage FROM sqlite_master WHERE name = 'device'")
    let page = try #require(pages.first?[0] as Int?)
    var bytes = try #require(FileManager.default.contents(atPath: place.path))
    bytes.replaceSubrange((page - 1) * 4096..<page * 4096, with: Data(repeating: 0x55, count: 4096))
    try bytes.write(to: URL(fileURLWithPath: place.path))
    let damaged = try await open(source)
    try await damaged.recover()
    try await damaged.unlock(passphrase: nil)
    try await damaged.rotate(name, to: 4)
    try await expectTold(5)
    #expect(try keyring.items(["application": "session-agent"]).count == 2)
    await damaged.close()
  }
}
