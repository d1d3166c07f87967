import Foundation
import GRDB
import SessionModel
import Testing

@testable import SessionStore

/// SECURITY 2: what opens need not be what was stored last.
@Suite("the manifest over all rows")
struct ManifestTests {
  let place: TestStore
  let name: SessionName

  init() throws {
    place = try TestStore()
    name = try Samples.name("a")
  }

  private func row(_ sql: String) throws -> Row { try #require(try place.rows(sql).first) }

  /// Puts a row back as it was.
  private func restore(_ row: Row, _ table: String, _ key: String) throws {
    for column in row.columnNames where column != key {
      try place.tamper(
        "UPDATE \(table) SET \(column) = ? WHERE \(key) = ?", [row[column] as DatabaseValue, row[key] as DatabaseValue])
    }
  }

  @Test("a row that was put back, whole and sealed by us, is named and not served; the others are")
  func replayed() async throws {
    try await place.signIn("a", "b")
    let old = try row("SELECT * FROM session WHERE name = 'a'")
    let generation = try row("SELECT * FROM generation WHERE name = 'a'")
    try await place.withUnlocked { try await $0.rotate(name, to: 2) }
    try restore(old, "session", "name")
    try restore(generation, "generation", "name")
    for _ in 0..<2 {
      let loaded = try await place.withUnlocked { store in
        await #expect(throws: StoreError.self) { try await store.recordRefreshIntent(session: name, attempt: 9) }
        try await store.recordRefreshIntent(session: try Samples.name("b"), attempt: 1)
        return try await store.sessions()
      }
      #expect(loaded.damaged.map(\.name) == ["a"], "also after other writes")
      #expect(loaded.records.map(\.name.rawValue) == ["b"])
    }
    try await place.withUnlocked { store in
      try await store.insert(try Samples.record("a", generation: 3), revoking: nil)
      #expect(try await store.sessions().damaged.isEmpty)
    }
    #expect(try await place.withUnlocked { try await $0.sessions() }.damaged.isEmpty)
  }

  @Test("an edit of the same generation that opens is noticed too: a refusal taken back, an intent")
  func sameGeneration() async throws {
    try await place.signIn("a", "b")
    let old = try row("SELECT * FROM session WHERE name = 'a'")
    try await place.withUnlocked { try await $0.setSignInRequired(session: name, reason: .userDisabled) }
    try restore(old, "session", "name")
    #expect(try await place.withUnlocked { try await $0.sessions() }.damaged.map(\.name) == ["a"])
  }

  @Test("a row that is gone is named; signing out makes peace with that")
  func gone() async throws {
    try await place.signIn("a", "b")
    try place.tamper("DELETE FROM session WHERE name = 'a'")
    try await place.withUnlocked { store in
      #expect(try await store.sessions().damaged.map(\.name) == ["a"])
      try await store.remove(session: name, movingTokenTo: Samples.ticket())
    }
    #expect(try await place.withUnlocked { try await $0.sessions() }.damaged.isEmpty)
  }

  @Test("what was signed out without the key is no mismatch; its order is carried out")
  func withoutKey() async throws {
    try await place.signIn("a", "b")
    let store = try await place.open()
    try await store.remove(session: name, movingTokenTo: Samples.ticket())
    await store.close()
    try await place.withUnlocked { store in
      let loaded = try await store.sessions()
      #expect(loaded.damaged.isEmpty && loaded.records.map(\.name.rawValue) == ["b"])
      let orders = try await store.revocationOrders()
      #expect(orders.damaged.isEmpty && orders.orders.count == 1)
      try await store.updateRevocationOrder(id: orders.orders[0].id, attempts: 3, lastError: "offline")
    }
    #expect(try await place.withUnlocked { try await $0.revocationOrders() }.damaged.isEmpty)
  }

  @Test("an order, a client secret and a slot that were put back or taken away are named")
  func others() async throws {
    try await place.withUnlocked { store in
      try await store.insert(try Samples.record("a"), revoking: nil)
      try await store.setClientSecret(Secret("one"), for: name)
    }
    let old = try row("SELECT * FROM client_secret")
    try await place.withUnlocked { store in
      try await store.setClientSecret(Secret("two"), for: name)
      try await store.queue(try Samples.order(try Samples.record("a")))
    }
    try restore(old, "client_secret", "profile")
    try place.tamper("DELETE FROM revocation")
    try place.tamper("INSERT INTO slot VALUES ('tpm2', 1, x'00', x'00')")
    let store = try await place.unlocked()
    await #expect(throws: StoreError.self) { try await store.clientSecret(for: name) }
    #expect(try await store.revocationOrders().damaged.count == 1)
    #expect(await store.status.lastError?.contains("remove-slot tpm2") == true)
    #expect(try await store.sessions().damaged.isEmpty)
    await #expect(throws: StoreError.self) { try await store.rekey(passphrase: nil) }
    await store.close()
  }

  @Test("without its manifest, or with a damaged one, no session is used, each is named; recovered, all are held back")
  func manifestGone() async throws {
    try await place.signIn("a", "b")
    let good = try #require(FileManager.default.contents(atPath: place.path))
    let sealed = try #require(try row("SELECT sealed FROM manifest")["sealed"] as Data?)
    var edits: [Data?] = [nil, Data([0])]
    for byte in [0, sealed.count / 2, sealed.count - 1] {
      var flipped = sealed
      flipped[byte] ^= 1
      edits.append(flipped)
    }
    for edit in edits {
      try place.tamper("DELETE FROM manifest")
      if let edit { try place.tamper("INSERT INTO manifest VALUES (1, ?)", [edit]) }
      let store = try await place.open()
      let status = await store.openAtStart()
      #expect(status.state == .damaged)
      #expect(status.lastError?.contains("its manifest") == true && status.lastError?.contains("(a, b)") == true)
      await #expect(throws: StoreError.self) { try await store.sessions() }
      _ = try await store.recover()
      await store.openAtStart()
      let loaded = try await store.sessions()
      #expect(loaded.records.map(\.name.rawValue) == ["a", "b"] && loaded.heldBack.count == 2)
      await store.close()
      try good.write(to: URL(fileURLWithPath: place.path))
    }
  }

  @Test("a table that a later schema adds is covered without being named")
  func newTable() throws {
    let queue = try DatabaseQueue()
    try Schema.migrator.migrate(queue)
    try queue.write { database in
      try database.execute(sql: "CREATE TABLE later (session TEXT PRIMARY KEY NOT NULL, sealed BLOB NOT NULL) STRICT")
      let before = Manifest(entries: try Manifest.rows(database))
      try database.execute(sql: "INSERT INTO later VALUES ('b', x'00')")
      #expect(before.mismatches(try Manifest.rows(database)).values.map(\.session) == ["b"])
    }
  }

  @Test("a session that was taken away is named by the store itself, with what to do")
  func sessionGone() async throws {
    try await place.signIn("a", "b")
    try place.tamper("DELETE FROM session WHERE name = 'a'")
    let store = try await place.unlocked()
    let told = await store.status.lastError
    #expect(told?.contains("Session a was taken out") == true && told?.contains("agentctl login a") == true)
    await store.close()
  }

  @Test("a manifest reads as it was written")
  func encoding() throws {
    var manifest = Manifest()
    manifest.counter = 7
    manifest.held = ["x", "y"]
    manifest.entries[.session(name)] = Manifest.Entry(session: "a", digest: [0, 1, 254, 255])
    manifest.entries[Manifest.Place(table: "slot", key: "k")] = Manifest.Entry(session: nil, digest: [])
    #expect(Manifest(manifest.encoded) == manifest)
    #expect(Manifest(Secret("{}")) == nil && Manifest(Secret("x")) == nil)
  }
}
