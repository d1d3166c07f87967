import AuthFlows
import NIOHTTP1
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

@Suite("Signing out and in again while a refresh is under way")
struct ReplacementTests {
  private static let refresh = "GetTokensFromRefreshToken"
  private static let revoke = "RevokeToken"

  @Test("while a refresh is under way: its result is dropped, and the token that it brings is revoked")
  func duringRefresh() async throws {
    try await AgentHouse.with(pool: { try await LocalPool(on: $0, rotates: true) }) { house in
      let gate = try await house.refreshHeldBack()
      let waiting = Task { try await house.token("?timeout=600") }
      try await eventually("it waits") { await house.waiters() == 1 }
      _ = try await house.ask(.DELETE, "/v1/sessions/work")
      #expect(try await waiting.value.code == "sign_in_required")
      house.transport.set(nil, for: Self.refresh)
      let before = house.transport.count(Self.revoke)
      gate.open()
      try await eventually("the new one is revoked too") { house.transport.count(Self.revoke) == before + 1 }
      try await eventually("both are done") { await house.events().count { $0 == "revocation.done" } == 2 }
      #expect(try await house.keystore.sessionNames().isEmpty)
      #expect(try await house.token().code == "sign_in_required")
      #expect(house.timer.armed == nil)
    }
  }

  @Test("another sign-in while a refresh is under way: the old session's result is dropped, and its tokens are revoked")
  func replacedDuringRefresh() async throws {
    try await AgentHouse.with(pool: { try await LocalPool(on: $0, rotates: true) }) { house in
      let gate = try await house.refreshHeldBack()
      #expect(try await house.signIn()["step"]?["kind"] == "done")
      let fresh = try await house.token()
      #expect(try fresh.json["generation"] == 2)
      house.transport.set(nil, for: Self.refresh)
      gate.open()
      try await eventually("both old ones are revoked") {
        await house.events().count { $0 == "revocation.done" } == 2
      }
      #expect(try await house.token().json["token"] == fresh.json["token"])
      #expect(try await house.keystore.sessions().records.first?.generation == Generation(2))
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").json["generation"] == 3)
    }
  }
}
