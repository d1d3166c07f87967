import SessionModel
import Testing
import WireJSON

@testable import AuthFlows

@Suite("Refresh")
struct RefreshTests {
  private func request(_ pool: Pool) -> RefreshRequest {
    RefreshRequest(
      refreshToken: Secret(copyingUTF8: "refresh-0"), username: "real-name", deviceKey: nil, binding: pool.binding)
  }

  private func previous(_ pool: Pool) -> TokenSet {
    func token(_ text: String) -> Token {
      Token(value: Secret(copyingUTF8: text), issuedAt: pool.now, expiresAt: pool.now, claims: nil)
    }
    return TokenSet(access: token("old"), id: token("old-id"), refreshToken: Secret(copyingUTF8: "refresh-0"))
  }

  private func fails(_ pool: Pool, _ script: ScriptedTransport.Answer...) async throws -> ProviderFailure {
    try #require(
      await #expect(throws: ProviderFailure.self) {
        _ = try await pool.client(ScriptedTransport(script)).refresh(request(pool))
      })
  }

  @Test("GetTokensFromRefreshToken carries the raw client secret and no name")
  func request() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([try pool.tokens(refreshToken: "refresh-1"), try pool.keySet()])
    let client = pool.client(transport, secret: "client-secret-value-of-the-pool")
    let answer = try await client.refresh(request(pool))
    #expect(answer.newRefreshToken?.revealString() == "refresh-1")
    #expect(answer.expiresInSeconds == 300)
    #expect(answer.providerDate == pool.now)
    #expect(
      transport.requests[0].body == [
        "ClientId": .string(pool.settings.clientID), "RefreshToken": "refresh-0",
        "ClientSecret": "client-secret-value-of-the-pool",
      ])
    let tokens = try await client.validate(answer, identity: pool.identity, previous: previous(pool))
    #expect(tokens.refreshToken?.revealString() == "refresh-1")
    #expect(tokens.id?.expiresAt == pool.now.adding(milliseconds: 300_000))
    #expect(transport.requests.map(\.operation) == ["GetTokensFromRefreshToken", "GET"])
  }

  @Test("without rotation the refresh token stays, without an ID token the former one does")
  func kept() async throws {
    let pool = try Pool()
    let body: JSONValue = ["AuthenticationResult": try pool.result(refreshToken: nil, id: false)]
    let client = pool.client(ScriptedTransport([{ _ in .ok(body) }, try pool.keySet()]))
    let answer = try await client.refresh(request(pool))
    #expect(answer.newRefreshToken == nil)
    let tokens = try await client.validate(answer, identity: pool.identity, previous: previous(pool))
    #expect(tokens.refreshToken?.revealString() == "refresh-0")
    #expect(tokens.id?.value.revealString() == "old-id")
  }

  @Test(
    "a pool that does not know the operation is asked by REFRESH_TOKEN_AUTH, with the hash over the real name",
    arguments: ["UnknownOperationException", "UnsupportedOperationException"])
  func fallback(_ exception: String) async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([
      { _ in .refusal(exception, "") }, try pool.tokens(refreshToken: nil),
    ])
    _ = try await pool.client(transport, secret: "client-secret-value-of-the-pool").refresh(request(pool))
    let hash = try SecretHash.make(
      name: "real-name", clientID: pool.settings.clientID,
      clientSecret: Secret(copyingUTF8: "client-secret-value-of-the-pool"))
    #expect(
      transport.requests[1].body == [
        "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": .string(pool.settings.clientID),
        "AuthParameters": ["REFRESH_TOKEN": "refresh-0", "SECRET_HASH": .string(hash.revealString())],
      ])
  }

  @Test("a refusal of the first operation is not asked a second time")
  func noFallback() async throws {
    let pool = try Pool()
    let failure = try await fails(pool, { _ in .refusal("NotAuthorizedException", "Refresh Token has been revoked") })
    #expect(failure.disposition == .signInRequired(.refreshTokenRevoked))
    #expect(!failure.answerLost)
  }

  @Test("SECURITY 1: the refresh token goes to the session's own place and client or nowhere")
  func bound() async throws {
    let pool = try Pool()
    for change in [
      { (binding: inout SessionBinding) in binding.tokenEndpoint = "https://elsewhere.example.org/" },
      { (binding: inout SessionBinding) in binding.clientID = "another" },
    ] {
      var request = request(pool)
      change(&request.binding)
      let transport = ScriptedTransport([])
      let failure = try #require(
        await #expect(throws: ProviderFailure.self) { _ = try await pool.client(transport).refresh(request) })
      #expect(failure.disposition == .blocked(.profileChanged))
      #expect(failure.problem.reason == "profile_changed")
      #expect(transport.requests.isEmpty)
    }
  }

  @Test(
    "a success that is none is trouble, and its answer counts as lost",
    arguments: [
      "<html>Sign in to the network</html>", "", "{}", "[]", "null", "{\"AuthenticationResult\":null}",
      "{\"AuthenticationResult\":{}}", "{\"AuthenticationResult\":{\"IdToken\":\"x\"}}",
      "{\"AuthenticationResult\":{\"AccessToken\":\"\"}}", "{\"AuthenticationResult\":{\"AccessToken\":7}}",
      "{\"AuthenticationResult\":{\"AccessToken\":\"abc", "{\"AuthenticationResult\":\"x\"}",
    ])
  func unusable(_ body: String) async throws {
    let pool = try Pool()
    for type in ["application/x-amz-json-1.1", "text/html"] {
      let failure = try await fails(pool, { _ in .raw(200, type, body) })
      #expect(failure.disposition == .offline)
      #expect(failure.problem.code == .providerError)
      #expect(failure.problem.retryable)
      #expect(failure.answerLost)
    }
  }

  @Test(
    "a new refresh token is handed on whatever became of the rest, and the rest is trouble",
    arguments: [
      "{\"AuthenticationResult\":{\"RefreshToken\":\"refresh-9\",\"AccessToken\":\"abc",
      "{\"AuthenticationResult\":{\"RefreshToken\":\"refresh-9\"}}",
      "{\"AuthenticationResult\":{\"AccessToken\":\"a.b.c\",\"RefreshToken\":\"refresh-9\",\"ExpiresIn\":\"soon\"}}",
      "{\"AuthenticationResult\":{\"AccessToken\":\"a.b.c\",\"RefreshToken\":\"refresh-9\"}",
    ])
  func salvaged(_ body: String) async throws {
    let pool = try Pool()
    let client = pool.client(ScriptedTransport([{ _ in .raw(200, "application/x-amz-json-1.1", body) }]))
    let answer = try await client.refresh(request(pool))
    #expect(answer.newRefreshToken?.revealString() == "refresh-9")
    #expect(answer.accessToken == nil)
    let failure = try #require(
      await #expect(throws: ProviderFailure.self) {
        _ = try await client.validate(answer, identity: pool.identity, previous: previous(pool))
      })
    #expect(failure.disposition == .offline)
    #expect(failure.problem.code == .providerError)
  }

  @Test(
    "what the network does is trouble, and a lost answer is said",
    arguments: [
      (TransportError.timeout(host: "h", afterSending: true), true), (.connect(host: "h"), false),
      (.connectionClosed(host: "h", afterSending: true), true), (.redirected(host: "h", status: 302), true),
    ])
  func network(error: TransportError, lost: Bool) async throws {
    let failure = try await fails(try Pool(), { _ in .failure(error) })
    #expect(failure.disposition == .offline)
    #expect(failure.answerLost == lost)
  }

  @Test(
    "tokens that do not pass are withheld, and the session goes on",
    arguments: [
      JSONMember("sub", "somebody-else"), JSONMember("iss", "https://elsewhere.example.org/pool"),
      JSONMember("client_id", "another"), JSONMember("token_use", "id"), JSONMember("exp", 1),
    ])
  func mismatch(_ change: JSONMember) async throws {
    let pool = try Pool()
    let body: JSONValue = [
      "AuthenticationResult": ["AccessToken": .secret(try pool.key.sign(pool.accessClaims(change))), "ExpiresIn": 300]
    ]
    let client = pool.client(ScriptedTransport([{ _ in .ok(body) }, try pool.keySet()]))
    let answer = try await client.refresh(request(pool))
    let failure = try #require(
      await #expect(throws: ProviderFailure.self) {
        _ = try await client.validate(answer, identity: pool.identity, previous: previous(pool))
      })
    #expect(failure.disposition == .offline)
    #expect(failure.problem.code == .providerError)
  }

  @Test("without the pool's keys the check is put off, not failed")
  func noKeys() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([
      try pool.tokens(), { _ in .failure(.connect(host: "h")) }, try pool.keySet(),
    ])
    let client = pool.client(transport)
    let answer = try await client.refresh(request(pool))
    let failure = try #require(
      await #expect(throws: ProviderFailure.self) {
        _ = try await client.validate(answer, identity: pool.identity, previous: previous(pool))
      })
    #expect(failure.disposition == .offline)
    #expect(failure.problem.code == .offline)
    _ = try await client.validate(answer, identity: pool.identity, previous: previous(pool))
  }

  @Test("a wrong clock here does not make the provider's tokens expired")
  func wrongClock() async throws {
    var pool = try Pool()
    pool.now = FixedClock().wall.adding(milliseconds: -86_400_000)
    let client = pool.client(ScriptedTransport([try pool.tokens(), try pool.keySet()]))
    let answer = try await client.refresh(request(pool))
    _ = try await client.validate(answer, identity: pool.identity, previous: previous(pool))
  }

  // MARK: - Signing out

  @Test("a revocation is done when the service says so, and not when a page does")
  func revoke() async throws {
    let pool = try Pool()
    let token = Secret(copyingUTF8: "refresh-0")
    for body in ["", "{}"] {
      let transport = ScriptedTransport([{ _ in .raw(200, "application/x-amz-json-1.1", body) }])
      let client = pool.client(transport, secret: "client-secret-value-of-the-pool")
      #expect(try await client.revoke(refreshToken: token) == .done)
      #expect(
        transport.requests[0].body == [
          "Token": "refresh-0", "ClientId": .string(pool.settings.clientID),
          "ClientSecret": "client-secret-value-of-the-pool",
        ])
    }
    for (type, body) in [("text/html", "<html>"), ("text/html", ""), ("application/json", #"{"hello":"world"}"#)] {
      let portal = pool.client(ScriptedTransport([{ _ in .raw(200, type, body) }]))
      let failure = await #expect(throws: ProviderFailure.self) { _ = try await portal.revoke(refreshToken: token) }
      #expect(failure?.disposition == .offline)
    }
  }

  @Test(
    "a client that can't revoke says so",
    arguments: ["UnsupportedOperationException", "UnsupportedTokenTypeException", "UnknownOperationException"])
  func revokeUnsupported(_ exception: String) async throws {
    let client = try Pool().client(ScriptedTransport([{ _ in .refusal(exception, "") }]))
    #expect(try await client.revoke(refreshToken: Secret(copyingUTF8: "r")) == .unsupported)
  }

  @Test("a token that is dead already is revoked; trouble and wrong secrets are told")
  func revokeFailures() async throws {
    let pool = try Pool()
    let dead = pool.client(
      ScriptedTransport([{ _ in .refusal("NotAuthorizedException", "Refresh Token has been revoked") }]))
    #expect(try await dead.revoke(refreshToken: Secret(copyingUTF8: "r")) == .done)
    let busy = pool.client(ScriptedTransport([{ _ in .refusal("TooManyRequestsException", "") }]))
    let failure = await #expect(throws: ProviderFailure.self) {
      _ = try await busy.revoke(refreshToken: Secret(copyingUTF8: "r"))
    }
    #expect(failure?.disposition == .offline)
    let wrong = pool.client(ScriptedTransport([{ _ in .refusal("UnauthorizedException", "") }]))
    let refusal = await #expect(throws: ProviderFailure.self) {
      _ = try await wrong.revoke(refreshToken: Secret(copyingUTF8: "r"))
    }
    #expect(refusal?.disposition == .blocked(.clientCredentialsWrong))
  }

  @Test("SECURITY 1: an order to revoke goes where the session was; the profile's secret stays where the profile is")
  func revokeElsewhere() async throws {
    let pool = try Pool()
    var binding = pool.binding
    binding.revocationEndpoint = "https://cognito-idp.eu-west-1.amazonaws.com/"
    let transport = ScriptedTransport([{ _ in .ok([:]) }, { _ in .ok([:]) }])
    let client = pool.client(transport, secret: "client-secret-value-of-the-pool")
    _ = try await client.revoke(refreshToken: Secret(copyingUTF8: "r"), binding: binding)
    _ = try await client.revoke(refreshToken: Secret(copyingUTF8: "r"), binding: pool.binding)
    #expect(transport.requests.map(\.url) == [binding.revocationEndpoint, pool.binding.revocationEndpoint])
    #expect(transport.requests.map { $0.body["ClientSecret"] != nil } == [false, true])
    binding.revocationEndpoint = nil
    #expect(try await client.revoke(refreshToken: Secret(copyingUTF8: "r"), binding: binding) == .unsupported)
  }

  @Test("signing out everywhere takes the access token; a page is no success")
  func everywhere() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([{ _ in .ok([:]) }, { _ in .raw(200, "text/html", "<html>") }])
    try await pool.client(transport).globalSignOut(accessToken: Secret(copyingUTF8: "access-0"))
    #expect(transport.requests[0].body == ["AccessToken": "access-0"])
    await #expect(throws: ProviderFailure.self) {
      try await pool.client(transport).globalSignOut(accessToken: Secret(copyingUTF8: "access-0"))
    }
  }
}
