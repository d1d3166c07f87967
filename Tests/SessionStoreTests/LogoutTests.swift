import Foundation
import GRDB
import SessionModel
import SessionStore
import Testing

@Suite("logout and revocation orders in the store")
struct LogoutTests {
  let place: TestStore
  let name: SessionName

  init() throws {
    place = try TestStore()
    name = try Samples.name("work")
  }

  @Test("an order that the caller gives survives a restart with its origin, and is updated and deleted")
  func orderLife() async throws {
    let record = try Samples.record()
    let order = try Samples.order(record)
    try await place.withUnlocked { store in
      try await store.insert(record, revoking: nil)
      try await store.remove(session: name, order: order)
    }
    let store = try await place.unlocked()
    #expect(try await store.sessions().records.isEmpty)
    #expect(try await store.revocationOrders().orders == [order])
    try await store.updateRevocationOrder(id: order.id, attempts: 3, lastError: "no route")
    let updated = try #require(try await store.revocationOrders().orders.first)
    #expect(updated.attempts == 3)
    #expect(updated.lastError == "no route")
    try await store.deleteRevocationOrder(id: order.id)
    #expect(try await store.revocationOrders().orders.isEmpty)
    await store.close()
  }

  @Test("a logout while locked removes the session, and its token becomes an order unopened")
  func lockedLogout() async throws {
    let record = try Samples.record()
    try await place.withUnlocked { try await $0.insert(record, revoking: nil) }
    let ticket = Samples.ticket()
    let store = try await place.open()
    #expect(await store.status.state == .locked)
    #expect(try await store.remove(session: name, movingTokenTo: ticket))
    #expect(try await store.sessionNames().isEmpty)
    #expect(try await store.nextGeneration(for: name) == Generation(2))
    let closed = try #require(try await store.closedOrders().first)
    #expect(closed.session == name && closed.issuer == record.binding.issuer && closed.givesUpAt == ticket.givesUpAt)
    try await store.unlock(passphrase: nil)
    #expect(try await store.sessions().records.isEmpty)
    let order = try #require(try await store.revocationOrders().orders.first)
    #expect(order.refreshToken == record.tokens.refreshToken)
    #expect(order.binding == record.binding)
    #expect(order.profile == record.profile)
    #expect(order.id == ticket.id)
    #expect(order.givesUpAt == ticket.givesUpAt)
    await store.close()
  }

  @Test("a session without a refresh token leaves no order, and an unknown one is no error")
  func nothingToRevoke() async throws {
    let store = try await place.unlocked()
    var record = try Samples.record()
    record.tokens.refreshToken = nil
    try await store.insert(record, revoking: nil)
    #expect(try await !store.remove(session: name, movingTokenTo: Samples.ticket()))
    #expect(try await !store.remove(session: name, movingTokenTo: Samples.ticket()))
    try await store.remove(session: name, order: nil)
    #expect(try await store.revocationOrders().orders.isEmpty)
    await store.close()
  }

  @Test("a damaged session can be signed out, and an order that does not open is named and not carried out")
  func damagedSession() async throws {
    try await place.withUnlocked { try await $0.insert(try Samples.record(), revoking: nil) }
    try place.tamper("UPDATE session SET client_id = 'another'")
    let ticket = Samples.ticket()
    let store = try await place.unlocked()
    #expect(try await store.sessions().damaged.map(\.name) == ["work"])
    #expect(try await store.remove(session: name, movingTokenTo: ticket))
    let orders = try await store.revocationOrders()
    #expect(orders.orders.isEmpty)
    #expect(orders.damaged.map(\.name) == [ticket.id])
    await store.close()
  }

  @Test("a logout while another program reads the log removes the session and says what is left")
  func readerInTheWay() async throws {
    let store = try await place.unlocked()
    try await store.insert(try Samples.record(), revoking: nil)
    try await store.recordRefreshIntent(session: name, attempt: 1)
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let reader = try DatabaseQueue(path: place.path, configuration: configuration)
    try reader.inDatabase { try $0.execute(sql: "BEGIN; SELECT * FROM session") }
    let error = await #expect(throws: StoreError.self) { try await store.remove(session: name, order: nil) }
    #expect(error == .notErased(path: place.path, why: "another program is reading it"))
    #expect(try await store.sessionNames().isEmpty)
    try reader.inDatabase { try $0.execute(sql: "COMMIT") }
    try await store.remove(session: name, order: nil)
    #expect(FileManager.default.contents(atPath: "\(place.path)-wal")?.isEmpty == true)
    try reader.close()
    await store.close()
  }

  @Test("an origin has at most a hundred orders waiting; the oldest goes")
  func limit() async throws {
    let store = try await place.unlocked()
    var tickets: [RevocationTicket] = []
    for generation in 1...102 {
      try await store.insert(try Samples.record(generation: Int64(generation)), revoking: nil)
      tickets.append(Samples.ticket(createdAt: Int64(1_790_000_000 + generation)))
      try await store.remove(session: name, movingTokenTo: try #require(tickets.last))
    }
    try await store.insert(try Samples.record("elsewhere"), revoking: nil)
    try await store.remove(session: try Samples.name("elsewhere"), movingTokenTo: Samples.ticket())
    let orders = try await store.revocationOrders().orders
    #expect(orders.count == 101)
    #expect(Set(orders.map(\.id)).isDisjoint(with: tickets.prefix(2).map(\.id)))
    await store.close()
  }

  @Test("client secrets are kept by profile, known of while locked, and forgotten")
  func clientSecrets() async throws {
    let profile = try Samples.name("profile")
    let store = try await place.unlocked()
    #expect(try await store.clientSecret(for: profile) == nil)
    try await store.setClientSecret(Secret("client secret"), for: profile)
    #expect(try await store.clientSecret(for: profile) == Secret("client secret"))
    await store.lock()
    #expect(try await store.hasClientSecret(for: profile))
    await #expect(throws: StoreError.self) { try await store.clientSecret(for: profile) }
    try await store.unlock(passphrase: nil)
    try await store.setClientSecret(nil, for: profile)
    #expect(try await !store.hasClientSecret(for: profile))
    await store.close()
  }

  @Test("the cache works locked, is bounded, and forgets the oldest first")
  func cache() async throws {
    let unmade = try await place.open()
    try await unmade.setCache(key: "k", value: [1])
    #expect(try await unmade.cache(key: "k") == nil)
    try await unmade.unlock(passphrase: nil)
    await unmade.lock()
    for number in 0...Keystore.largestCacheCount {
      place.clock.advance(seconds: 1)
      try await unmade.setCache(key: "k\(number)", value: [UInt8(number)])
    }
    #expect(try await unmade.cache(key: "k0") == nil)
    #expect(try await unmade.cache(key: "k1") == [1])
    await #expect(throws: StoreError.tooLarge(limit: Keystore.largestCachedValue)) {
      try await unmade.setCache(key: "large", value: [UInt8](repeating: 0, count: Keystore.largestCachedValue + 1))
    }
    await unmade.close()
  }
}
