import SessionCrypto
import SessionModel
import Testing
import WireJSON

@testable import AuthFlows

@Suite("Tokens")
struct TokenTests {
  private func check(
    _ token: Secret, _ type: TokenType = .access, pool: Pool, at now: Timestamp? = nil, keys: JSONValue? = nil
  ) async throws(TokenError) -> CheckedToken {
    let set = keys ?? ["keys": [(try? pool.key.jwk()) ?? .null]]
    let transport = ScriptedTransport([{ _ in .ok(set) }])
    let validator = TokenValidator(
      settings: pool.settings, keys: KeyCache(clock: FixedClock()), transport: transport)
    return try await validator.check(token, type, at: now ?? pool.now)
  }

  @Test("a right access token gives its times, claims and identity")
  func access() async throws {
    let pool = try Pool()
    let checked = try await check(try pool.key.sign(pool.accessClaims()), pool: pool)
    #expect(checked.token.issuedAt == Timestamp(seconds: pool.now.seconds))
    #expect(checked.token.expiresAt == Timestamp(seconds: pool.now.seconds + 300))
    #expect(try JSONValue.parse(try #require(checked.token.claims)) == pool.accessClaims())
    #expect(checked.identity.username == "alice")
  }

  @Test("a right ID token, and each of the pool's issuers, is taken")
  func issuers() async throws {
    var pool = try Pool()
    _ = try await check(try pool.key.sign(pool.idClaims()), .id, pool: pool)
    pool.settings.endpoint = "http://127.0.0.1:9229"
    try #require(pool.settings.issuers.count == 3)
    for issuer in pool.settings.issuers {
      _ = try await check(try pool.key.sign(pool.accessClaims(JSONMember("iss", .string(issuer)))), pool: pool)
    }
  }

  @Test(
    "each failure is named",
    arguments: [
      (JSONMember("iss", "https://x"), TokenError.wrongIssuer("https://x")),
      (JSONMember("iss", nil), .missingClaim("iss")),
      (JSONMember("iss", 1), .missingClaim("iss")), (JSONMember("token_use", "id"), .wrongUse),
      (JSONMember("token_use", nil), .missingClaim("token_use")), (JSONMember("client_id", "x"), .wrongClient),
      (JSONMember("client_id", nil), .missingClaim("client_id")), (JSONMember("sub", nil), .missingClaim("sub")),
      (JSONMember("sub", ""), .missingClaim("sub")), (JSONMember("iat", nil), .missingClaim("iat")),
      (JSONMember("exp", nil), .missingClaim("exp")), (JSONMember("exp", "soon"), .missingClaim("exp")),
      (JSONMember("exp", .integer(.max)), .missingClaim("exp")), (JSONMember("exp", 1), .expired),
    ])
  func claims(change: JSONMember, error: TokenError) async throws {
    let pool = try Pool()
    await #expect(throws: error) {
      _ = try await check(try pool.key.sign(pool.accessClaims(change)), pool: pool)
    }
  }

  @Test("an ID token's client is its audience")
  func audience() async throws {
    let pool = try Pool()
    await #expect(throws: TokenError.wrongClient) {
      _ = try await check(try pool.key.sign(pool.idClaims(JSONMember("aud", "x"))), .id, pool: pool)
    }
  }

  @Test("an ID token carries the nonce of the request, where that carried one")
  func nonce() async throws {
    let pool = try Pool()
    func check(_ claims: JSONValue, _ nonce: String?) async throws(TokenError) {
      let set: JSONValue = ["keys": [(try? pool.key.jwk()) ?? .null]]
      let validator = TokenValidator(
        settings: pool.settings, keys: KeyCache(clock: FixedClock()),
        transport: ScriptedTransport([{ _ in .ok(set) }]))
      guard let token = try? pool.key.sign(claims) else { throw .malformed }
      _ = try await validator.check(token, .id, at: pool.now, nonce: nonce)
    }
    let claims = pool.idClaims(JSONMember("nonce", "n-0S6_WzA2Mj"))
    try await check(claims, "n-0S6_WzA2Mj")
    try await check(claims, nil)
    await #expect(throws: TokenError.wrongNonce) { try await check(claims, "other") }
    await #expect(throws: TokenError.missingClaim("nonce")) { try await check(pool.idClaims(), "other") }
  }

  @Test("expiry has a minute of leeway and no more")
  func expiry() async throws {
    let pool = try Pool()
    let token = try pool.key.sign(pool.accessClaims())
    let expiry = Timestamp(seconds: pool.now.seconds + 300)
    _ = try await check(token, pool: pool, at: expiry.adding(milliseconds: 59_999))
    await #expect(throws: TokenError.expired) {
      _ = try await check(token, pool: pool, at: expiry.adding(milliseconds: 60_000))
    }
  }

  @Test(
    "only RS256 is taken, whatever the header asks for",
    arguments: ["none", "HS256", "rs256", "RS512", "PS256", "ES256"])
  func algorithms(_ name: String) async throws {
    let pool = try Pool()
    let token = try pool.key.sign(pool.accessClaims(), header: ["alg": .string(name), "kid": .string(pool.key.id)])
    await #expect(throws: TokenError.algorithm(name)) { _ = try await check(token, pool: pool) }
  }

  @Test("the key must be named, and known")
  func keyIDs() async throws {
    let pool = try Pool()
    let nameless = try pool.key.sign(pool.accessClaims(), header: ["alg": "RS256"])
    await #expect(throws: TokenError.noKeyID) { _ = try await check(nameless, pool: pool) }
    let unknown = try pool.key.sign(pool.accessClaims(), header: ["alg": "RS256", "kid": "other"])
    await #expect(throws: TokenError.unknownKey) { _ = try await check(unknown, pool: pool) }
  }

  @Test("a token that was changed, or signed by another key of that name, is refused")
  func signatures() async throws {
    let pool = try Pool()
    let parts = try pool.key.sign(pool.accessClaims()).revealString().split(separator: ".")
    let payload = SigningKey.base64URL(pool.accessClaims(JSONMember("username", "root")).serialized())
    await #expect(throws: TokenError.badSignature) {
      _ = try await check(Secret(copyingUTF8: "\(parts[0]).\(payload).\(parts[2])"), pool: pool)
    }
    let other = try SigningKey.other.get()
    let forged = try other.sign(pool.accessClaims(), header: ["alg": "RS256", "kid": .string(pool.key.id)])
    await #expect(throws: TokenError.badSignature) { _ = try await check(forged, pool: pool) }
  }

  @Test(
    "what is no signed token is malformed",
    arguments: [
      "", ".", "..", "a.b", "a.b.c.d", "e30.e30.", "e30.e30.AA", "bm8.e30.AA", "eyJhbGciOiJSUzI1NiJ9.W10.AA",
      "eyJhbGciOiJSUzI1NiJ9.e30=.AA", "eyJhbGciOiJSUzI1NiIsImNyaXQiOlsiYiJdfQ.e30.AA",
    ])
  func malformed(_ text: String) async throws {
    let pool = try Pool()
    await #expect(throws: TokenError.malformed) { _ = try await check(Secret(copyingUTF8: text), pool: pool) }
  }

  @Test("an ID token must belong to the access token that it came with")
  func accessTokenHash() async throws {
    let pool = try Pool()
    let access = try pool.key.sign(pool.accessClaims())
    let half = try SHA256.hash(access).withRevealedBytes { Array($0.prefix(16)) }
    for (hash, isRight) in [(SigningKey.base64URL(half), true), ("AAAAAAAAAAAAAAAAAAAAAA", false)] {
      let id = try pool.key.sign(pool.idClaims(JSONMember("at_hash", .string(hash))))
      let client = pool.client(ScriptedTransport([try pool.keySet()]))
      do {
        _ = try await client.check(access: access, id: id, subject: nil, at: pool.now)
        #expect(isRight)
      } catch {
        #expect(!isRight)
        #expect(error.problem.detail.contains("belong"))
      }
    }
  }
}
