import NIOHTTP1
import SessionAPI
import SessionModel
import Testing
import WireJSON

@testable import SessionAgent

@Suite("Signals from outside")
struct NetworkTests {
  private static let refresh = "GetTokensFromRefreshToken"
  private let none = NetworkReading(hasAddress: false, print: 1)
  private func some(_ print: UInt64 = 2) -> NetworkReading { NetworkReading(hasAddress: true, print: print) }

  /// Offline, with a back-off that nobody would wait for.
  private func goOffline(_ house: AgentHouse) async throws {
    try await house.signIn()
    await house.agent.networkChanged(none)
    house.transport.unplug()
    for _ in 0..<6 {
      try await house.wakeAtDeadline()
      try await eventually("the attempt fails") { try await house.state() == "offline" && house.timer.armed != nil }
    }
  }

  private func settle(_ house: AgentHouse) async {
    house.clock.advance(milliseconds: Agent.settlingTime)
    await house.agent.tick()
  }

  @Test("the network is back: a session is fresh without anybody asking, and everybody is told of the network")
  func back() async throws {
    try await AgentHouse.with { house in
      try await goOffline(house)
      house.transport.plugIn()
      await house.agent.networkChanged(some())
      await settle(house)
      try await eventually("it is fresh") { try await house.state() == "active" }
      #expect(try await house.session()["generation"]?.integer == 2)
      let texts = await house.eventTexts().filter { $0.contains("network.changed") }
      #expect(texts.contains { $0.contains(#""network":"offline""#) })
      #expect(texts.last?.contains(#""network":"online""#) == true)
      #expect(try await house.ask(.GET, "/v1/status").json["agent"]?["network"]?.string == "online")
    }
  }

  @Test("a network that comes and goes makes no storm")
  func flapping() async throws {
    try await AgentHouse.with { house in
      try await goOffline(house)
      let before = house.transport.count(Self.refresh)
      for turn in 0..<30 as Range<UInt64> {
        await house.agent.networkChanged(none)
        await house.agent.networkChanged(some(turn + 2))
        await settle(house)
        try await eventually("the attempt, if any, is over") { await house.agent.busy == nil }
      }
      // Six seconds: one attempt of the first return, and at most two of the back-off that began then.
      #expect((1...3).contains(house.transport.count(Self.refresh) - before))
    }
  }

  @Test("what says nothing new of the network moves nobody")
  func unchanged() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      await house.agent.networkChanged(some())
      let (armed, events) = (house.timer.armed, await house.events())
      await house.agent.networkChanged(some())
      #expect(house.timer.armed == armed)
      #expect(await house.events() == events)
    }
  }

  @Test("without an address an expired token is refused at once, with no attempt in the request's path")
  func cutOff() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      await house.agent.moveSession(house.work, to: "https://idp.example/")
      await house.agent.networkChanged(none)
      house.clock.advance(milliseconds: 3_600_000)
      let before = house.transport.total
      let answer = try await house.token("?timeout=600")
      #expect(answer.status == 503 && answer.code == "offline" && answer.header("retry-after") != nil)
      #expect(house.transport.total == before)
      #expect(await house.waiters() == 0)
    }
  }

  @Test("the machine wakes up: an overdue refresh begins at once")
  func wakingUp() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 590)
      #expect(house.transport.count(Self.refresh) == 0)
      await house.agent.wokeUp()
      try await eventually("it is fresh") { try await house.session()["generation"]?.integer == 2 }
      #expect(house.transport.count(Self.refresh) == 1)
    }
  }

  @Test("a request that comes when a refresh is overdue begins it, and gets the token at hand")
  func overdue() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 590)
      #expect(try await house.token().json["generation"]?.integer == 1)
      try await eventually("it is fresh") { try await house.session()["generation"]?.integer == 2 }
      #expect(house.transport.count(Self.refresh) == 1)
    }
  }
}

extension Agent {
  /// As if the session had been signed in elsewhere.
  fileprivate func moveSession(_ name: SessionName, to endpoint: String) {
    sessions[name]?.record.binding.tokenEndpoint = endpoint
  }
}
