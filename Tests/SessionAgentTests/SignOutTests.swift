import AuthFlows
import NIOHTTP1
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

@Suite("Signing out")
struct SignOutTests {
  private static let revoke = "RevokeToken"

  @Test("when it returns no token can be had, and the refresh token is revoked")
  func signOut() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let token = try await house.refreshToken()
      let answer = try await house.ask(.DELETE, "/v1/sessions/work")
      #expect(answer.status == 200 && answer.text == #"{"session":"work","revocation":"done","everywhere":null}"#)
      #expect(try await house.token().code == "sign_in_required")
      #expect(try await house.keystore.sessionNames().isEmpty)
      #expect(try await house.keystore.revocationOrders().orders.isEmpty)
      #expect(try await !house.serves(token))
      #expect(await house.events().suffix(2) == ["session.removed", "revocation.done"])
    }
  }

  @Test("everywhere is done now or said not to be")
  func everywhere() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      #expect(try await house.ask(.DELETE, "/v1/sessions/work?everywhere=true").json["everywhere"] == "done")
      try await house.signIn()
      house.transport.unplug()
      let answer = try await house.ask(.DELETE, "/v1/sessions/work?everywhere=true").json
      #expect(answer["everywhere"] == "not_done" && answer["revocation"] == "queued", "\(answer)")
      #expect(try await house.token().code == "sign_in_required")
    }
  }

  @Test("without network the order waits, over a restart too, and is carried out once the network is back")
  func offline() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let token = try await house.refreshToken()
      house.transport.unplug()
      #expect(try await house.ask(.DELETE, "/v1/sessions/work").json["revocation"] == "queued")
      let pending = try #require(try await house.ask(.GET, "/v1/status").json["pending"]?.array?.first)
      #expect(pending["action"] == "revoke" && pending["session"] == "work" && pending["attempts"] == 1)
      #expect(pending["last_error"]?["code"] == "offline")
      #expect(try #require(house.timer.armed) > house.clock.now().boot)
      try await house.restarted { again in
        try await eventually("carried out") { await again.events().contains("revocation.done") }
        #expect(again.transport.count(Self.revoke) == 1)
        #expect(try await again.ask(.GET, "/v1/status").json["pending"]?.array?.isEmpty == true)
        #expect(try await again.keystore.revocationOrders().orders.isEmpty)
        again.firstBinding.with { $0 = house.firstBinding.value }
        #expect(try await !again.serves(token))
        #expect(again.timer.armed == nil)
      }
    }
  }

  @Test("an order that is carried out late does not touch who has signed in meanwhile")
  func meanwhile() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let old = try await house.refreshToken()
      house.transport.set(.fail(.connect(host: "pool")), for: Self.revoke)
      #expect(try await house.ask(.DELETE, "/v1/sessions/work").json["revocation"] == "queued")
      try await house.signIn()
      house.transport.plugIn()
      house.transport.set(nil, for: Self.revoke)
      try await house.wakeAtDeadline()
      try await eventually("carried out") { await house.events().contains("revocation.done") }
      #expect(try await !house.serves(old))
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").json["state"] == "active")
    }
  }

  @Test("an order is tried again by the back-off, and given up at its end")
  func giveUp() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.transport.unplug()
      _ = try await house.ask(.DELETE, "/v1/sessions/work")
      try await house.wakeAtDeadline()
      try await eventually("tried twice") { house.transport.count(Self.revoke) == 2 }
      try await eventually("armed anew") { house.timer.armed.map { $0 > house.clock.now().boot } == true }
      house.advance(seconds: 31 * 86_400)
      await house.agent.tick()
      try await eventually("given up") { await house.events().contains("revocation.given_up") }
      #expect(house.transport.count(Self.revoke) == 2)
      #expect(try await house.keystore.revocationOrders().orders.isEmpty)
    }
  }

  @Test("a damaged session is named, not served, and can be signed out")
  func damaged() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      try await house.signIn("bob", JSONMember("session", "other"))
      let records = try await house.keystore.sessions().records
      let id = try #require(records.first { $0.name == house.work }?.id)
      await house.agent.stop()
      try house.damageSession(id: id)
      try await house.restarted { again in
        let answer = try await again.token()
        #expect(answer.status == 507 && answer.code == "storage_failed")
        #expect(try answer.json["retryable"] == false)
        #expect(try await again.token(of: "other").status == 200)
        let session = try await again.session()
        #expect(session["state"] == "blocked" && session["last_error"]?["code"] == "storage_failed")
        #expect(session["last_error"]?["message"]?.string?.contains("agentctl login") == true)
        #expect(try await again.ask(.DELETE, "/v1/sessions/work").status == 200)
        #expect(try await again.token().code == "sign_in_required")
      }
    }
  }
}
