import AuthFlows
import NIOHTTP1
import SessionAPI
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

@Suite("Renewing tokens in trouble")
struct RefreshTroubleTests {
  private static let refresh = "GetTokensFromRefreshToken"

  private func generation(_ answer: Answer) throws -> Int64? { try answer.json["generation"]?.integer }

  @Test("a token that lives shorter than asked is renewed; where that fails it is stale, or refused if strict")
  func stale() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 200)
      #expect(try await house.token("?min_ttl=300").json["stale"] == false)
      #expect(house.transport.total > 0 && house.transport.count(Self.refresh) == 0)
      house.transport.unplug()
      let stale = try await house.token("?min_ttl=500&timeout=600")
      #expect(stale.status == 200)
      #expect(try stale.json["stale"] == true && generation(stale) == 1)
      let refused = try await house.token("?min_ttl=500&timeout=600&strict=true")
      #expect(refused.status == 503 && refused.code == "offline" && refused.header("retry-after") != nil)
      #expect(try await house.token("?min_ttl=300").json["stale"] == false)
      // More than the provider gives at all: asked for once, not at each request.
      house.transport.plugIn()
      house.advance(seconds: 300)
      #expect(try await generation(house.token("?min_ttl=500&timeout=600")) == 2)
      let made = house.transport.count(Self.refresh)
      #expect(try await house.token("?min_ttl=9999").json["stale"] == true)
      #expect(house.transport.count(Self.refresh) == made)
    }
  }

  @Test("who wants a longer life than there is hears when it may be had, or that it never is")
  func longerLife() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 5)
      let early = try await house.token("?min_ttl=597&strict=true")
      #expect(early.status == 503 && early.code == "offline")
      #expect((4...6).contains(try early.json["retry_after_seconds"]?.integer ?? 0))
      #expect(try early.json["detail"]?.string?.contains("came just now") == true)
      #expect(house.transport.count(Self.refresh) == 0)
      house.advance(seconds: 6)
      #expect(try await generation(house.token("?min_ttl=597&strict=true")) == 2)
      let never = try await house.token("?min_ttl=700&strict=true")
      #expect((30...60).contains(try never.json["retry_after_seconds"]?.integer ?? 0))
      #expect(try never.json["detail"]?.string?.contains("no token that lives 700 s") == true)
      #expect(house.transport.count(Self.refresh) == 1)
    }
  }

  @Test("an expired token during a back-off is refused at once, with the time to come back")
  func backOff() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.transport.unplug()
      house.advance(seconds: 3600)
      _ = try await house.token("?timeout=600")
      let made = house.transport.total
      let until = try #require(house.timer.armed)
      let answer = try await house.token("?timeout=600")
      #expect(answer.status == 503 && answer.code == "offline")
      let seconds = try #require(try answer.json["retry_after_seconds"]?.integer)
      #expect(seconds == (until.milliseconds - house.clock.now().boot.milliseconds + 999) / 1000)
      #expect(house.transport.total == made)
      let detail = try #require(try answer.json["detail"]?.string)
      #expect(detail.hasSuffix("The next attempt is due in \(seconds) s. To try at once: agentctl refresh work"))
      #expect(try await house.state() == "offline")
      #expect(try await house.ask(.GET, "/v1/sessions/work/claims").json["expired"] == true)
      #expect(await house.events().suffix(1) == ["session.offline"])

      house.transport.plugIn()
      try await house.wakeAtDeadline()
      try await eventually("online") { try await house.state() == "active" }
      #expect(await house.events().suffix(2) == ["session.refreshed", "session.online"])
    }
  }

  @Test("an attempt that follows on one that reached nobody is waited for a second, then that is told at once")
  func patience() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.transport.unplug()
      house.advance(seconds: 3600)
      #expect(try await house.token("?timeout=600").code == "offline")
      house.transport.plugIn()
      let gate = Gate()
      house.transport.set(.holdBefore(gate), for: Self.refresh)
      try await house.wakeAtDeadline()
      let first = Task { try await house.token("?timeout=600") }
      try await eventually("it waits") { await house.waiters() == 1 }
      house.clock.advance(milliseconds: RefreshSchedule.patience)
      await house.agent.wakeWaiters(of: house.work)
      try await eventually("nobody waits any more") { await house.waiters() == 0 }
      for answer in [try await first.value, try await house.token("?timeout=600")] {
        #expect(answer.status == 503 && answer.code == "offline" && answer.header("retry-after") == "1")
      }
      #expect(await house.waiters() == 0)
      gate.open()
      try await eventually("the attempt went on") { try await generation(house.token("?timeout=0")) == 2 }
    }
  }

  @Test("a refusal for good ends the session with its reason, and survives a restart")
  func refused() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      try await house.control(["revoke": ["username": "ann"]])
      house.advance(seconds: 3600)
      let answer = try await house.token("?timeout=600")
      #expect(answer.status == 401 && answer.code == "sign_in_required" && answer.reason == "refresh_token_revoked")
      #expect(try answer.json["provider"]?["code"] == "NotAuthorizedException")
      #expect(try await house.state() == "sign_in_required")
      #expect(house.timer.armed == nil)
      try await eventually("durable") { try await house.keystore.sessions().records.first?.signInRequired != nil }
      try await house.restarted { again in
        let answer = try await again.token()
        #expect(answer.reason == "refresh_token_revoked")
        #expect(again.transport.total == 0)
      }
    }
  }

  @Test(
    "what is no definite refusal never ends a session",
    arguments: [
      (200, "text/html", "<html>Sign in to the network</html>"), (200, "application/json", ""),
      (200, "application/json", "{"),
      (500, "application/json", "{\"__type\":\"InternalErrorException\"}"), (429, "text/plain", "slow down"),
      (200, "application/x-amz-json-1.1", "{\"AuthenticationResult\":{}}"), (403, "text/html", "<html></html>"),
      (400, "text/html", #"{"__type":"NotAuthorizedException","message":"Refresh Token has been revoked"}"#),
      (400, "application/x-amz-json-1.1", "{\"__type\":\"SomethingNewException\",\"message\":\"?\"}"),
      (302, "text/html", ""),
    ])
  func trouble(status: Int, type: String, body: String) async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.transport.set(.answer(status: status, contentType: type, body: body), for: "*")
      house.advance(seconds: 3600)
      let answer = try await house.token("?timeout=600")
      #expect([502, 503].contains(answer.status), "\(answer.text)")
      let state = try await house.state()
      #expect(state == "offline" || state == "blocked")
      house.transport.plugIn()
      try await house.wakeAtDeadline()
      try await eventually("well again") { try await house.token().status == 200 }
      #expect(try await generation(house.token()) == 2)
    }
  }

  @Test(
    "a network in trouble never ends a session",
    arguments: [
      .nameResolution(host: "pool"), .tls(host: "pool", detail: "self-signed certificate"), .proxy(host: "pool"),
      .timeout(host: "pool", afterSending: false), .timeout(host: "pool", afterSending: true),
      .connectionClosed(host: "pool", afterSending: true), .redirected(host: "pool", status: 307),
      .tooLarge(host: "pool", limit: 1), .malformed(host: "pool"),
    ] as [TransportError])
  func network(error: TransportError) async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.transport.set(.fail(error), for: "*")
      house.advance(seconds: 3600)
      #expect(try await house.token("?timeout=600").code == "offline")
      #expect(try await house.state() == "offline")
      #expect(try await house.ask(.GET, "/v1/sessions/work/claims").json["expired"]?.bool == true)
    }
  }

  @Test(
    "after a lost answer the old token is tried again at once; what a pool without grace says then is our own doing")
  func lostAnswer() async throws {
    try await AgentHouse.with(pool: { try await LocalPool(on: $0, rotates: true) }) { house in
      try await house.signIn()
      house.transport.set(.loseAnswer, for: Self.refresh)
      house.advance(seconds: 3600)
      #expect(try await house.token("?timeout=0").code == "offline")
      try await eventually("the answer is lost") { try await house.state() == "offline" }
      #expect(try #require(house.timer.armed) <= house.clock.now().boot)
      house.transport.set(nil, for: Self.refresh)
      await house.agent.tick()
      try await eventually("refused") { try await house.state() == "sign_in_required" }
      #expect(try await house.session()["reason"] == "refresh_answer_lost")
      let message = try await house.session()["last_error"]?["message"]?.string
      #expect(message?.contains("lost on the way") == true && message?.contains("revoked") == false)
      // It has answered: refused, but answered.
      #expect(try await house.ask(.GET, "/v1/status").json["agent"]?["network"]?.string == "online")
    }
  }

  @Test("what is wrong in the profile is told as that, not as a network that is gone")
  func badConfiguration() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.transport.set(.fail(.refusedAddress("ftp://pool")), for: "*")
      let answer = try await house.ask(.POST, "/v1/sessions/work/refresh")
      #expect(answer.status == 422 && answer.code == "bad_configuration")
      #expect(try await house.token().status == 200)
    }
  }
}
