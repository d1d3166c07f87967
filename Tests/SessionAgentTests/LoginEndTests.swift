import AuthFlows
import NIOHTTP1
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

@Suite("How logins end")
struct LoginEndTests {
  private func get(_ login: JSONValue, _ house: AgentHouse, _ query: String = "") async throws -> Answer {
    try await house.ask(.GET, "/v1/logins/\(try #require(login["id"]?.string))\(query)")
  }

  private func delete(_ login: JSONValue, _ house: AgentHouse) async throws -> Answer {
    try await house.ask(.DELETE, "/v1/logins/\(try #require(login["id"]?.string))")
  }

  private func kind(_ login: JSONValue) -> String? { login["step"]?["kind"]?.string }

  @Test("given up, it leaves nothing")
  func givenUp() async throws {
    try await AgentHouse.with { house in
      let login = try await house.beginLogin(JSONMember("username", "ann"))
      #expect(try await delete(login, house).status == 204)
      #expect(try await get(login, house).status == 404)
      #expect(try await delete(login, house).status == 404)
      #expect(try await house.answer(login, LocalPool.password).status == 404)
      #expect(try await house.token().code == "sign_in_required")
      #expect(house.timer.armed == nil)
      #expect(await house.waiters() == 0)
      #expect(try await house.keystore.sessionNames().isEmpty)
    }
  }

  @Test("given up while the provider signs in, what comes is given back to it")
  func givenUpLate() async throws {
    try await AgentHouse.with { house in
      let login = try await house.beginLogin(JSONMember("username", "ann"))
      let gate = Gate()
      house.transport.set(.holdAfter(gate), for: "RespondToAuthChallenge")
      let answering = Task { try await house.answer(login, LocalPool.password) }
      try await eventually("the provider has answered") { gate.arrived == 1 }
      #expect(try await delete(login, house).status == 204)
      #expect(try await answering.value.status == 404)
      gate.open()
      try await eventually("given back") {
        try await house.control(["stats": [:]])["requests"]?["RevokeToken"] == 1
      }
      #expect(house.transport.count("RevokeToken") == 1)
      #expect(try await house.control(["stats": [:]])["refused"]?["RevokeToken"] == nil)
      #expect(try await house.keystore.sessionNames().isEmpty)
      #expect(try await house.token().code == "sign_in_required")
      #expect(await house.events().contains("session.created") == false)
    }
  }

  @Test("not finished in time it fails, and can be read for a minute")
  func expires() async throws {
    var settings = Settings()
    settings.loginTimeoutSeconds = 120
    try await AgentHouse.with(settings: settings) { house in
      let login = try await house.beginLogin()
      let began = house.clock.now().boot
      #expect(house.timer.armed == began.adding(milliseconds: 120_000))
      let reading = Task { try await get(login, house, "?wait=60&after=1") }
      try await eventually("it waits") { await house.waiters() == 1 }
      try await house.wakeAtDeadline()
      let end = try await reading.value.json
      #expect(kind(end) == "failed" && end["step"]?["number"] == 2)
      #expect(end["step"]?["problem"]?["code"] == "sign_in_required")
      #expect(house.timer.armed == house.clock.now().boot.adding(milliseconds: 60_000))
      house.advance(seconds: 59)
      await house.agent.tick()
      #expect(try await get(login, house).status == 200)
      try await house.wakeAtDeadline()
      #expect(try await get(login, house).status == 404)
      #expect(house.timer.armed == nil)
    }
  }

  @Test("another person needs replace; the same one does not, and the old refresh token is revoked")
  func replacing() async throws {
    try await AgentHouse.with { house in
      try await house.signIn("ann")
      let refused = try await house.signIn("bob")
      #expect(kind(refused) == "failed" && refused["step"]?["problem"]?["code"] == "conflict")
      try await eventually("bob's tokens are given back") { house.transport.count("RevokeToken") == 1 }
      #expect(try await house.session()["username"] == "ann")
      #expect(try await house.token().json["generation"] == 1)

      #expect(kind(try await house.signIn("ann")) == "done")
      #expect(try await house.token().json["generation"] == 2)
      try await eventually("the old one is revoked") { await house.events().contains("revocation.done") }

      #expect(kind(try await house.signIn("bob", JSONMember("replace", true))) == "done")
      #expect(try await house.session()["username"] == "bob")
      #expect(try await house.token().json["generation"] == 3)
    }
  }

  @Test("generations go on after signing out")
  func generations() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      _ = try await house.ask(.DELETE, "/v1/sessions/work")
      try await house.signIn()
      #expect(try await house.token().json["generation"] == 2)
    }
  }

  @Test("locking ends a login that waits; on a locked store none begins")
  func locked() async throws {
    try await AgentHouse.with { house in
      let login = try await house.beginLogin()
      _ = try await house.ask(.POST, "/v1/lock")
      let end = try await get(login, house).json
      #expect(kind(end) == "failed" && end["step"]?["problem"]?["code"] == "locked")
      #expect(try await house.ask(.POST, "/v1/logins", ["profile": "work"]).code == "locked")
    }
  }
}
