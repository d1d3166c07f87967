import Foundation
import SessionModel
import SessionStore
import Testing

@Suite("sessions in the store")
struct SessionsTests {
  let place: TestStore

  init() throws { place = try TestStore() }

  @Test("what is inserted comes back whole after a restart, tokens, claims and binding included")
  func roundTrip() async throws {
    var records = [try Samples.record("a"), try Samples.record("b")]
    records[1].tokens.id = nil
    records[1].tokens.refreshToken = nil
    records[1].tokens.access.claims = nil
    records[1].binding.revocationEndpoint = nil
    let stored = records
    try await place.withUnlocked { store in
      for record in stored { try await store.insert(record, revoking: nil) }
    }
    let loaded = try await place.withUnlocked { try await $0.sessions() }
    #expect(loaded.records == stored)
    #expect(loaded.damaged.isEmpty)
  }

  @Test("names, profiles and providers are known while the store is locked; sessions are not")
  func namesWhileLocked() async throws {
    try await place.withUnlocked { try await $0.insert(try Samples.record("a"), revoking: nil) }
    let store = try await place.open()
    let summary = SessionSummary(
      name: try Samples.name("a"), profile: try Samples.name("profile-a"), provider: "cognito",
      issuer: "https://idp.example/a", generation: Generation(1))
    #expect(try await store.sessionNames() == [summary])
    await #expect(throws: StoreError.locked("The keystore is locked. Run: agentctl unlock")) {
      try await store.sessions()
    }
    await store.close()
  }

  @Test("a generation is counted on over sign-ins, refreshes, logout and restarts, and never taken twice")
  func generations() async throws {
    let name = try Samples.name("work")
    let store = try await place.unlocked()
    #expect(try await store.nextGeneration(for: name) == Generation(1))
    try await store.insert(try Samples.record(generation: 1), revoking: nil)
    try await store.commitRefresh(
      session: name, generation: Generation(2), tokens: Samples.tokens(2), at: Timestamp(seconds: 1))
    try await store.remove(session: name, order: nil)
    #expect(try await store.nextGeneration(for: name) == Generation(3))
    await store.close()
    let again = try await place.unlocked()
    #expect(try await again.nextGeneration(for: name) == Generation(3))
    await #expect(throws: StoreError.staleGeneration(name, last: Generation(2))) {
      try await again.insert(try Samples.record(generation: 2), revoking: nil)
    }
    try await again.insert(try Samples.record(generation: 3), revoking: nil)
    await #expect(throws: StoreError.staleGeneration(name, last: Generation(3))) {
      try await again.commitRefresh(
        session: name, generation: Generation(3), tokens: Samples.tokens(3), at: Timestamp(seconds: 1))
    }
    await again.close()
  }

  @Test("a sign-in takes the place of the old session and queues its order in the same step")
  func replacing() async throws {
    let store = try await place.unlocked()
    let old = try Samples.record(generation: 1, mark: "old")
    let new = try Samples.record(generation: 2, mark: "new")
    try await store.insert(old, revoking: nil)
    let order = try Samples.order(old)
    try await store.insert(new, revoking: order)
    #expect(try await store.sessions().records == [new])
    #expect(try await store.revocationOrders().orders == [order])
    await store.close()
  }

  @Test("a refused sign-in changes nothing: neither session nor orders")
  func insertIsOneTransaction() async throws {
    let store = try await place.unlocked()
    let old = try Samples.record(generation: 5)
    try await store.insert(old, revoking: nil)
    await #expect(throws: StoreError.self) {
      try await store.insert(try Samples.record(generation: 5), revoking: try Samples.order(old))
    }
    #expect(try await store.sessions().records == [old])
    #expect(try await store.revocationOrders().orders.isEmpty)
    await store.close()
  }
}

@Suite("refresh in the store")
struct RefreshStoreTests {
  let place: TestStore
  let name: SessionName

  init() throws {
    place = try TestStore()
    name = try Samples.name("work")
  }

  private func reopened(_ store: Keystore) async throws -> (Keystore, SessionRecord) {
    await store.close()
    let again = try await place.unlocked()
    return (again, try #require(try await again.sessions().records.first))
  }

  @Test("an intent survives a restart until its attempt is answered")
  func intent() async throws {
    var store = try await place.unlocked()
    try await store.insert(try Samples.record(), revoking: nil)
    try await store.recordRefreshIntent(session: name, attempt: 7)
    var record: SessionRecord
    (store, record) = try await reopened(store)
    #expect(record.refreshIntent == 7)
    try await store.clearRefreshIntent(session: name, attempt: 6)
    (store, record) = try await reopened(store)
    #expect(record.refreshIntent == 7)
    try await store.clearRefreshIntent(session: name, attempt: 7)
    (store, record) = try await reopened(store)
    #expect(record.refreshIntent == nil)
    await store.close()
  }

  @Test("a rotated refresh token takes the spent one's place at once, the generation unchanged")
  func rotation() async throws {
    var store = try await place.unlocked()
    try await store.insert(try Samples.record(), revoking: nil)
    try await store.recordRefreshIntent(session: name, attempt: 1)
    try await store.storeRotatedRefreshToken(session: name, refreshToken: Secret("successor"), attempt: 1)
    let record: SessionRecord
    (store, record) = try await reopened(store)
    #expect(record.tokens.refreshToken == Secret("successor"))
    #expect(record.tokens.access == Samples.tokens(1).access)
    #expect(record.generation == Generation(1))
    #expect(record.refreshIntent == nil)
    try await store.remove(session: name, movingTokenTo: Samples.ticket())
    #expect(try await store.revocationOrders().orders.map(\.refreshToken) == [Secret("successor")])
    await store.close()
  }

  @Test("the late answer of a session that was replaced is refused")
  func lateAnswer() async throws {
    let store = try await place.unlocked()
    try await store.insert(try Samples.record(generation: 1), revoking: nil)
    try await store.recordRefreshIntent(session: name, attempt: 1)
    let new = try Samples.record(generation: 2)
    try await store.insert(new, revoking: nil)
    await #expect(throws: StoreError.staleAttempt(name)) {
      try await store.storeRotatedRefreshToken(session: name, refreshToken: Secret("late"), attempt: 1)
    }
    #expect(try await store.sessions().records == [new])
    await store.close()
  }

  @Test("a committed refresh has the new tokens and no intent; what the answer left out stays")
  func commit() async throws {
    var store = try await place.unlocked()
    try await store.insert(try Samples.record(), revoking: nil)
    try await store.recordRefreshIntent(session: name, attempt: 1)
    let fresh = TokenSet(access: Samples.token("fresh"), id: nil, refreshToken: nil)
    try await store.commitRefresh(
      session: name, generation: Generation(2), tokens: fresh, at: Timestamp(seconds: 1_790_000_500))
    let record: SessionRecord
    (store, record) = try await reopened(store)
    #expect(record.generation == Generation(2))
    #expect(record.tokens.access == fresh.access)
    #expect(record.tokens.id == Samples.tokens(1).id)
    #expect(record.tokens.refreshToken == Samples.tokens(1).refreshToken)
    #expect(record.lastRefreshAt == Timestamp(seconds: 1_790_000_500))
    #expect(record.refreshIntent == nil)
    await store.close()
  }

  @Test("a refusal for good survives a restart with its reason", arguments: SessionReason.allCases)
  func signInRequired(_ reason: SessionReason) async throws {
    var store = try await place.unlocked()
    try await store.insert(try Samples.record(), revoking: nil)
    try await store.setSignInRequired(session: name, reason: reason)
    let record: SessionRecord
    (store, record) = try await reopened(store)
    #expect(record.signInRequired == reason)
    await store.close()
  }

  @Test("a session that is not there is named")
  func noSuchSession() async throws {
    let store = try await place.unlocked()
    await #expect(throws: StoreError.noSuchSession(name)) {
      try await store.recordRefreshIntent(session: name, attempt: 1)
    }
    await store.close()
  }
}
