import AuthFlows
import NIOHTTP1
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

@Suite("Locking the store")
struct LockTests {
  private static let refresh = "GetTokensFromRefreshToken"
  private static let revoke = "RevokeToken"

  @Test("with the store locked it is done too: the order is carried out once the store is open")
  func locked() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let token = try await house.refreshToken()
      #expect(try await house.ask(.POST, "/v1/lock").json["state"] == "locked")
      #expect(try await house.token().status == 423)
      #expect(try await house.state() == "locked")
      #expect(try await house.ask(.DELETE, "/v1/sessions/nobody").status == 404)
      let answer = try await house.ask(.DELETE, "/v1/sessions/work?everywhere=true")
      #expect(answer.text == #"{"session":"work","revocation":"queued","everywhere":"not_done"}"#)
      #expect(try await house.ask(.GET, "/v1/sessions").json["sessions"]?.array?.isEmpty == true)
      #expect(house.transport.count(Self.revoke) == 0)
      #expect(house.timer.armed == nil)
      #expect(try await house.ask(.POST, "/v1/unlock", [:]).json["state"] == "unlocked")
      try await eventually("carried out") { await house.events().contains("revocation.done") }
      #expect(try await !house.serves(token))
    }
  }

  @Test("locking lets a refresh under way become durable first, and then nothing is handed out")
  func lockDuringRefresh() async throws {
    try await AgentHouse.with(pool: { try await LocalPool(on: $0, rotates: true) }) { house in
      let gate = try await house.refreshHeldBack()
      let locking = Task { try await house.ask(.POST, "/v1/lock") }
      try await eventually("it is locking") { await house.agent.isLocking }
      #expect(try await house.token().status == 423)
      gate.open()
      #expect(try await locking.value.json["state"] == "locked")
      #expect(try await house.token().status == 423)
      #expect(await house.agent.liveNames.isEmpty)
      house.transport.set(nil, for: Self.refresh)
      _ = try await house.ask(.POST, "/v1/unlock", [:])
      #expect(try await house.token().json["generation"] == 2)
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").json["generation"] == 3)
    }
  }

  @Test("while it is being locked no other attempt begins, not for whoever asks by hand either")
  func lockBeginsNothing() async throws {
    try await AgentHouse.with(pool: { try await LocalPool(on: $0, rotates: true) }) { house in
      let gate = try await house.refreshHeldBack(by: { .hang($0) })
      let asked = Task { try await house.ask(.POST, "/v1/sessions/work/refresh") }
      try await eventually("somebody waits for the refresh") { await house.waiters() == 1 }
      let locking = Task { try await house.ask(.POST, "/v1/lock") }
      try await eventually("it is locking") { await house.waiters() == 2 }
      house.transport.set(nil, for: Self.refresh)
      gate.open()
      #expect(try await locking.value.json["state"] == "locked")
      #expect(try await asked.value.code == "locked")
      #expect(house.transport.count(Self.refresh) == 1)
    }
  }

  @Test("locking waits for a refresh no longer than its bounds; a late answer neither wakes nor revokes anything")
  func lockWithHungProvider() async throws {
    try await AgentHouse.with(pool: { try await LocalPool(on: $0, rotates: true) }) { house in
      let gate = try await house.refreshHeldBack()
      let asked = Task { try await house.ask(.POST, "/v1/sessions/work/refresh") }
      try await eventually("somebody waits for the refresh") { await house.waiters() == 1 }
      let locking = Task { try await house.ask(.POST, "/v1/lock") }
      try await eventually("it is locking") { await house.waiters() == 2 }
      house.clock.advance(milliseconds: 60_000)
      await house.agent.wakeWaiters(of: house.work)
      #expect(try await locking.value.json["state"] == "locked")
      #expect(try await asked.value.code == "locked")
      gate.open()
      try await eventually("the late answer is there") {
        house.log.lines.contains { $0.contains("a late answer is dropped") }
      }
      await house.agent.tick()
      #expect(house.timer.armed == nil)
      #expect(try await house.state() == "locked")
      // The session is still there: with a pool that gives the old token some grace it lives on.
      _ = try await house.ask(.POST, "/v1/unlock", [:])
      await house.agent.tick()
      try await eventually("the refresh is tried again") { house.transport.count(Self.refresh) == 2 }
      #expect(house.transport.count(Self.revoke) == 0)
    }
  }
}
