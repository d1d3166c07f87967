import SessionModel
import SessionStore
import Testing

/// Stores made by earlier versions (by `keystore-probe make`), kept in `Fixtures` as `sqlite3 STORE .dump` has them.
@Suite("stores of earlier schemas")
struct MigrationTests {
  @Test(
    "a store of an earlier schema opens with all that was in it, and has a manifest from then on",
    arguments: ["schema-1", "schema-2", "schema-3"])
  func opens(_ fixture: String) async throws {
    let place = try TestStore()
    try place.put(fixture: fixture)
    let store = try await place.open()
    let status = await store.openAtStart()
    #expect(status.state == .unlocked)
    #expect(status.schema == 4)
    let loaded = try await store.sessions()
    #expect(loaded.damaged.isEmpty)
    #expect(loaded.records.map(\.name.rawValue) == ["first", "second"])
    #expect(loaded.records.map(\.refreshIntent) == [42, nil])
    #expect(loaded.records.map(\.signInRequired) == [nil, .refreshTokenRevoked])
    #expect(loaded.records.allSatisfy { $0.tokens.refreshToken == Secret("refresh-1") })
    #expect(loaded.records.allSatisfy { $0.tokens.access.claims == Array(#"{"sub":"sub"}"#.utf8) })
    let orders = try await store.revocationOrders()
    #expect(orders.damaged.isEmpty)
    #expect(orders.orders.map(\.id) == ["order"])
    #expect(orders.orders.first?.binding.revocationEndpoint == "https://idp.example/revoke")
    #expect(try await store.clientSecret(for: try Samples.name("first")) == Secret("client secret"))
    #expect(try await store.cache(key: "keys") == Array("cached".utf8))
    #expect(try await store.nextGeneration(for: try Samples.name("gone")) == Generation(2))
    await store.close()
    #expect(try place.rows("SELECT * FROM manifest").count == 1)
  }
}
