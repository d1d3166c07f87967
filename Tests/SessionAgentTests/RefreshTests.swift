import AuthFlows
import NIOHTTP1
import SessionAPI
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

@Suite("Renewing tokens")
struct RefreshTests {
  private static let refresh = "GetTokensFromRefreshToken"

  private func generation(_ answer: Answer) throws -> Int64? { try answer.json["generation"]?.integer }

  @Test("the timer is armed for the time at which a session is due, and the refresh is then made by itself")
  func due() async throws {
    try await AgentHouse.with { house in
      #expect(house.timer.armed == nil)
      try await house.signIn()
      let signedIn = house.clock.now().boot
      let armed = try #require(house.timer.armed)
      // Life 600 s: due at max(300, min(480, 300)) = 300 s, less up to 60; the provider's clock counts whole seconds.
      let wait = armed.milliseconds - signedIn.milliseconds
      #expect((238_000...301_000).contains(wait), "\(wait)")
      #expect(try await house.session()["next_refresh_at"]?.string == house.clock.now().wall(of: armed).description)

      await house.agent.tick()
      #expect(house.timer.armed == armed)
      #expect(house.transport.count(Self.refresh) == 0)
      try await house.wakeAtDeadline()
      try await eventually("a new generation") { try await generation(house.token()) == 2 }
      #expect(try #require(house.timer.armed) > house.clock.now().boot)
      #expect(try await house.refreshes() == 1)
      #expect(await house.events().suffix(1) == ["session.refreshed"])
    }
  }

  @Test("fifty clients at expiry are one refresh, and all get its result")
  func fifty() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 3600)
      let gate = Gate()
      house.transport.set(.holdBefore(gate), for: Self.refresh)
      let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
        for _ in 0..<50 { group.addTask { try await house.token("?timeout=600") } }
        try await eventually("all wait") { await house.waiters() == 50 }
        gate.open()
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.count == 50)
      #expect(Set(answers.map(\.text)).count == 1)
      #expect(try generation(#require(answers.first)) == 2)
      #expect(try await house.refreshes() == 1)
      #expect(await house.waiters() == 0)
    }
  }

  @Test("a client that gives up changes nothing for the others")
  func givesUp() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 3600)
      let gate = Gate()
      house.transport.set(.holdBefore(gate), for: Self.refresh)
      let leaving = Task { try await house.token("?timeout=600") }
      let staying = Task { try await house.token("?timeout=600") }
      try await eventually("both wait") { await house.waiters() == 2 }
      leaving.cancel()
      try await eventually("one waits") { await house.waiters() == 1 }
      #expect(try await leaving.value.status != 200)
      gate.open()
      #expect(try await generation(staying.value) == 2)
      #expect(try await house.refreshes() == 1)
    }
  }

  @Test("of fifty clients at expiry half give up: one refresh, and the others all get its result")
  func halfGiveUp() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 3600)
      let gate = Gate()
      house.transport.set(.holdBefore(gate), for: Self.refresh)
      let clients = (0..<50).map { _ in Task { try await house.token("?timeout=600") } }
      try await eventually("all wait") { await house.waiters() == 50 }
      for client in clients.prefix(25) { client.cancel() }
      try await eventually("half of them wait") { await house.waiters() == 25 }
      gate.open()
      for client in clients.dropFirst(25) { #expect(try await generation(client.value) == 2) }
      for client in clients.prefix(25) { #expect(try await client.value.status != 200) }
      #expect(try await house.refreshes() == 1)
    }
  }

  @Test("a client's time is its own: it gets its answer when it is over, and the refresh goes on")
  func deadline() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 3600)
      let gate = Gate()
      house.transport.set(.holdBefore(gate), for: Self.refresh)
      let short = Task { try await house.token("?timeout=1") }
      try await eventually("it waits") { await house.waiters() == 1 }
      house.clock.advance(milliseconds: 1000)
      let answer = try await short.value
      #expect(answer.status == 503 && answer.code == "offline")
      gate.open()
      #expect(try await generation(house.token("?timeout=600")) == 2)
    }
  }

  @Test("with timeout=0 an expired token is not waited for, and the refresh begins")
  func noWaiting() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 3600)
      let gate = Gate()
      house.transport.set(.holdBefore(gate), for: Self.refresh)
      let answer = try await house.token("?timeout=0")
      #expect(answer.status == 503 && answer.code == "offline" && answer.header("retry-after") == "1")
      #expect(await house.waiters() == 0)
      gate.open()
      try await eventually("a new generation") { try await generation(house.token("?timeout=0")) == 2 }
    }
  }

  @Test("by hand it is made at once, and waited for; a second one within ten seconds of trouble is not")
  func byHand() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let done = try await house.ask(.POST, "/v1/sessions/work/refresh")
      #expect(done.status == 200)
      #expect(try done.json["generation"] == 2)
      house.transport.unplug()
      let made = house.transport.total
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").code == "offline")
      #expect(house.transport.total == made + 1)
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").code == "offline")
      #expect(house.transport.total == made + 2)
      let third = try await house.ask(.POST, "/v1/sessions/work/refresh")
      #expect(third.header("retry-after") != nil)
      #expect(try third.json["detail"]?.string?.hasPrefix("Not tried again so soon") == true)
      #expect(house.transport.total == made + 2)
      #expect(try await house.ask(.POST, "/v1/sessions/nobody/refresh").status == 404)
    }
  }

  @Test("by hand while an attempt is under way its failure is no answer: another one is made, once")
  func byHandMeanwhile() async throws {
    try await AgentHouse.with { house in
      let gate = try await house.refreshHeldBack(by: { .hang($0) })
      let asked = Task { try await house.ask(.POST, "/v1/sessions/work/refresh") }
      try await eventually("it waits") { await house.waiters() == 1 }
      house.transport.set(nil, for: Self.refresh)
      gate.open()
      #expect(try await asked.value.json["generation"] == 2)
      #expect(house.transport.count(Self.refresh) == 2)
    }
  }

  @Test("a rotated token is the one that is sent next, also after a restart")
  func rotation() async throws {
    try await AgentHouse.with(pool: { try await LocalPool(on: $0, rotates: true) }) { house in
      try await house.signIn()
      for generation in 2...4 {
        let done = try await house.ask(.POST, "/v1/sessions/work/refresh")
        #expect(try done.json["generation"] == .integer(Int64(generation)))
      }
      try await house.restarted { again in
        let token = try await again.token()
        #expect(try generation(token) == 4)
        #expect(try await again.ask(.POST, "/v1/sessions/work/refresh").json["generation"] == 5)
      }
    }
  }

  @Test("an on-demand session is renewed when little is left and somebody asks, who gets the token at hand")
  func onDemand() async throws {
    try await AgentHouse.with { house in
      try house.folder.write(
        "profiles.d/work.toml", AgentHouse.profile(house.pool.url, extra: "refresh = \"on-demand\""))
      try await house.signIn()
      house.advance(seconds: 400)
      #expect(house.timer.armed == nil)
      #expect(try await generation(house.token()) == 1)
      #expect(house.transport.count(Self.refresh) == 0)
      house.advance(seconds: 100)
      #expect(try await generation(house.token()) == 1)
      try await eventually("renewed") { try await generation(house.token()) == 2 }
      #expect(try await house.refreshes() == 1)
    }
  }
}
