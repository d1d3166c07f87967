import NIOHTTP1
import SessionModel
import Testing

@testable import SessionAgent

@Suite("A provider that fails for an hour")
struct OutageTests {
  private static let refresh = "GetTokensFromRefreshToken"

  @Test("a provider that answers 500 for an hour sees no more requests than the back-off allows")
  func hour() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.transport.set(.answer(status: 500, contentType: "text/plain", body: "no"), for: Self.refresh)
      let end = house.clock.now().boot.adding(milliseconds: 600_000 + 3_600_000)
      while house.clock.now().boot < end {
        try await house.wakeAtDeadline()
        try await eventually("the attempt has ended") { await house.agent.busy == nil }
        // Whoever asks meanwhile makes it no more.
        for _ in 0..<3 { _ = try await house.token("?timeout=0") }
      }
      // From half of a life of ten minutes on: 5 attempts of 2, 4, … seconds in the first minute, then one in at most
      // 300 s and at least 150 s.
      #expect((18...40).contains(house.transport.count(Self.refresh)))
      #expect(try await house.state() == "offline")
      house.transport.set(nil, for: Self.refresh)
      try await house.wakeAtDeadline()
      try await eventually("well again") { try await house.token().status == 200 }
    }
  }
}
