import SessionModel
import Testing
import WireJSON

@testable import AuthFlows

@Suite("Key cache")
struct KeyCacheTests {
  private let url = "https://cognito-idp.us-east-1.amazonaws.com/pool/.well-known/jwks.json"

  private func set(_ keys: Result<SigningKey, any Error>...) throws -> ScriptedTransport.Answer {
    let json: JSONValue = ["keys": .array(try keys.map { try $0.get().jwk() })]
    return { _ in .ok(json) }
  }

  @Test("a set is fetched once, however many ask at once, and then kept")
  func singleFlight() async throws {
    let transport = ScriptedTransport([try set(SigningKey.shared)])
    let cache = KeyCache(clock: FixedClock())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask { _ = try await cache.key(id: "key-1", at: url, through: transport) }
      }
      try await group.waitForAll()
    }
    _ = try await cache.key(id: "key-1", at: url, through: transport)
    #expect(transport.requests.map(\.url) == [url])
  }

  @Test("keys that the provider changed are fetched at once, however fresh the old ones are")
  func rotation() async throws {
    let cache = KeyCache(clock: FixedClock())
    let transport = ScriptedTransport([try set(SigningKey.shared), try set(SigningKey.other)])
    _ = try await cache.key(id: "key-1", at: url, through: transport)
    _ = try await cache.key(id: "key-2", at: url, through: transport)
    #expect(transport.requests.count == 2)
  }

  @Test("a key that is in no set fetches it once in ten seconds, and stands in nobody's way")
  func unknown() async throws {
    let clock = MovableClock()
    let cache = KeyCache(clock: clock)
    let transport = ScriptedTransport([
      try set(SigningKey.shared), try set(SigningKey.other), try set(SigningKey.other),
    ])
    func isUnknown(_ id: String) async -> Bool {
      do throws(TokenError) {
        _ = try await cache.key(id: id, at: url, through: transport)
        return false
      } catch {
        return error == .unknownKey
      }
    }
    #expect(await isUnknown("none"))
    clock.advance(milliseconds: KeyCache.refetchMilliseconds - 1)
    #expect(await isUnknown("none"))
    #expect(transport.requests.count == 1)
    #expect(await !isUnknown("key-2"))
    #expect(transport.requests.count == 2)
    clock.advance(milliseconds: 1)
    #expect(await isUnknown("none"))
    #expect(transport.requests.count == 3)
  }

  @Test(
    "a set that can't be had is trouble, and is asked for again the next time",
    arguments: [
      ScriptedTransport.Reply.failure(.connect(host: "h")), .raw(500, "text/html", ""), .raw(404, "text/plain", "no"),
      .raw(200, "text/html", "<html>"), .raw(200, "application/json", "{}"),
      .raw(200, "application/json", "{\"keys\":[]}"),
      .raw(200, "application/json", "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"key-1\"}]}"),
    ])
  func unavailable(_ reply: ScriptedTransport.Reply) async throws {
    let transport = ScriptedTransport([{ _ in reply }, try set(SigningKey.shared)])
    let cache = KeyCache(clock: FixedClock())
    let error = await #expect(throws: TokenError.self) {
      _ = try await cache.key(id: "key-1", at: url, through: transport)
    }
    guard case .keysUnavailable? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    _ = try await cache.key(id: "key-1", at: url, through: transport)
  }

  @Test("what was fetched before is kept when a later fetch fails")
  func kept() async throws {
    let clock = MovableClock()
    let cache = KeyCache(clock: clock)
    let transport = ScriptedTransport([try set(SigningKey.shared), { _ in .failure(.connect(host: "h")) }])
    _ = try await cache.key(id: "key-1", at: url, through: transport)
    clock.advance(milliseconds: KeyCache.refetchMilliseconds)
    await #expect(throws: TokenError.self) { _ = try await cache.key(id: "key-2", at: url, through: transport) }
    _ = try await cache.key(id: "key-1", at: url, through: transport)
  }

  @Test("keys of other kinds, uses and sizes in a set are passed over")
  func otherKeys() throws {
    let good = try SigningKey.shared.get().jwk()
    func changed(_ name: String, _ value: JSONValue) -> JSONValue {
      .object((good.object ?? []).map { $0.name == name ? JSONMember(name, value) : $0 })
    }
    let json: JSONValue = [
      "keys": [
        changed("kty", "EC"), changed("alg", "RS512"), changed("use", "enc"), changed("n", "AQAB"), changed("e", "AQ"),
        changed("kid", 1), [:],
      ]
    ]
    #expect(try JSONWebKeySet(Secret(copying: json.serialized())).keys.isEmpty)
  }

  @Test("a snapshot restores the keys without network; what is no snapshot changes nothing")
  func snapshot() async throws {
    let cache = KeyCache(clock: FixedClock())
    _ = try await cache.key(id: "key-1", at: url, through: ScriptedTransport([try set(SigningKey.shared)]))
    let bytes = await cache.snapshot()
    let restored = KeyCache(clock: FixedClock())
    try await restored.restore(bytes)
    let key = try await restored.key(id: "key-1", at: url, through: ScriptedTransport([]))
    #expect(key == (try RSAKeyFixture.publicKey(of: SigningKey.shared.get())))
    for damaged in [Array(bytes.dropLast()), Array("[]".utf8), Array("{\"u\":{}}".utf8), []] {
      await #expect(throws: JSONError.self) { try await restored.restore(damaged) }
    }
    #expect(await restored.snapshot() == bytes)
  }

  @Test("a restored set is fetched anew for a key that it lacks")
  func restoredRotation() async throws {
    let cache = KeyCache(clock: FixedClock())
    let json: JSONValue = [JSONMember(url, ["keys": [try SigningKey.shared.get().jwk()]])].object
    try await cache.restore(json.serialized())
    let transport = ScriptedTransport([try set(SigningKey.other)])
    _ = try await cache.key(id: "key-2", at: url, through: transport)
    #expect(transport.requests.count == 1)
  }
}

extension [JSONMember] {
  fileprivate var object: JSONValue { .object(self) }
}
