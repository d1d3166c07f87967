import NIOHTTP1
import SessionAPI
import SessionModel
import Testing
import WireJSON

@testable import SessionAgent

@Suite("Clocks")
struct ClockTests {
  private static let refresh = "GetTokensFromRefreshToken"

  private func corrections(_ house: AgentHouse) async throws -> [String] {
    let entries = try await house.ask(.GET, "/v1/sessions/work/journal").json["entries"]?.array ?? []
    return entries.filter { $0["event"]?.string == "clock_corrected" }.compactMap { $0["cause"]?["code"]?.string }
  }

  @Test("a machine whose clock is hours off works, and says so", arguments: [7200, -7200] as [Int64])
  func skewed(ahead: Int64) async throws {
    try await AgentHouse.with { house in
      try await house.setPoolClock(ahead: ahead)
      try await house.signIn()
      let left = try #require(try await house.token().json["expires_in"]?.integer)
      #expect((595...600).contains(left))
      try await eventually("the journal tells") { try await corrections(house) == ["clock_off"] }
      let armed = try #require(house.timer.armed)
      #expect((200_000...500_000).contains(armed.milliseconds - house.clock.now().boot.milliseconds))
      #expect(house.transport.count(Self.refresh) == 0)
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").status == 200)
      #expect(try await house.token().json["generation"]?.integer == 2)
      #expect(try await corrections(house) == ["clock_off"])
    }
  }

  @Test("setting the clock changes nothing for the tokens, also after a restart", arguments: [7200, -7200] as [Int64])
  func clockIsSet(ahead: Int64) async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.clock.set(ahead: ahead * 1000)
      await house.agent.clockSet()
      let before = try #require(try await house.token().json["expires_in"]?.integer)
      #expect((540...600).contains(before))
      try await eventually("the journal tells") { try await corrections(house) == ["clock_off"] }
      try await house.restarted { again in
        let after = try #require(try await again.token("?timeout=0").json["expires_in"]?.integer)
        #expect((540...600).contains(after))
        #expect(again.transport.total == 0)
      }
    }
  }

  @Test("offline after a reboot a token is served by the clock; by one that went back it is not")
  func reboot() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      try await house.restarted(bootID: "another") { again in
        again.transport.unplug()
        #expect(try await again.token("?timeout=0").status == 200)
        again.clock.set(ahead: -60_000)
        try await again.restarted(bootID: "a third") { third in
          third.transport.unplug()
          let answer = try await third.token("?timeout=0")
          #expect(answer.status == 503 && answer.code == "offline")
          #expect(try await third.ask(.GET, "/v1/sessions/work/claims").status == 200)
        }
      }
    }
  }
}
