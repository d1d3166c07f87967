import AuthFlows
import NIOHTTP1
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

@Suite("Logins")
struct LoginTests {
  private func get(_ login: JSONValue, _ house: AgentHouse, _ query: String = "") async throws -> Answer {
    try await house.ask(.GET, "/v1/logins/\(try #require(login["id"]?.string))\(query)")
  }

  private func delete(_ login: JSONValue, _ house: AgentHouse) async throws -> Answer {
    try await house.ask(.DELETE, "/v1/logins/\(try #require(login["id"]?.string))")
  }

  private func kind(_ login: JSONValue) -> String? { login["step"]?["kind"]?.string }

  @Test("asks step by step, counts the steps, and ends with the session")
  func steps() async throws {
    try await AgentHouse.with { house in
      let request: JSONValue = ["profile": "work"]
      let begun = try await house.ask(.POST, "/v1/logins", request)
      let login = try begun.json
      let id = try #require(login["id"]?.string)
      #expect(begun.status == 201 && begun.header("location") == "/v1/logins/\(id)")
      #expect(id.utf8.count == 32 && id.allSatisfy(\.isHexDigit))
      #expect(kind(login) == "username" && login["step"]?["number"] == 1)
      #expect(login["session"] == "work" && login["flow"] == "srp")
      #expect(login["expires_at"]?.string == house.clock.now().wall.adding(milliseconds: 900_000).description)
      let password = try await house.answer(login, "ann").json
      #expect(kind(password) == "password" && password["step"]?["number"] == 2)
      let wrong = try await house.answer(password, "wrong").json
      #expect(kind(wrong) == "password" && wrong["step"]?["number"] == 3)
      #expect(wrong["step"]?["error"]?["reason"] == "wrong_credentials")
      #expect(try await house.answer(password, LocalPool.password).status == 409)
      let done = try await house.answer(wrong, LocalPool.password).json
      #expect(kind(done) == "done" && done["step"]?["number"] == 4)
      #expect(done["step"]?["session"]?["state"] == "active")
      #expect(try await get(login, house).json == done)
      #expect(try await house.answer(wrong, LocalPool.password).status == 404)
      #expect(try await delete(login, house).status == 404)
      let own = await house.events().filter { $0.hasPrefix("login.") || $0.hasPrefix("session.") }
      #expect(own == ["login.step", "login.step", "login.step", "session.created", "login.step"])
    }
  }

  @Test("what is no answer to the step is refused, and the step stays")
  func malformed() async throws {
    try await AgentHouse.with { house in
      let login = try await house.beginLogin(JSONMember("username", "ann"))
      let path = "/v1/logins/\(try #require(login["id"]?.string))/answer"
      for body: JSONValue in [
        ["step": 1], ["step": 1, "resend": true], ["value": "x"], ["step": 1, "value": "x", "more": 1],
        ["step": 1, "value": 5], [],
      ] {
        #expect(try await house.ask(.POST, path, body).code == "invalid_request", "\(body)")
      }
      #expect(try await house.ask(.POST, path, ["step": 2, "value": "x"]).code == "conflict")
      #expect(try await get(login, house).json == login)
      #expect(try await house.answer(login, LocalPool.password).status == 200)
    }
  }

  @Test("one that waits for the session already is named to the next")
  func concurrent() async throws {
    try await AgentHouse.with { house in
      let login = try await house.beginLogin()
      let second = try await house.ask(.POST, "/v1/logins", ["profile": "work"])
      #expect(second.status == 409 && second.code == "conflict")
      #expect(try second.json["login_id"] == login["id"])
      #expect(try await house.beginLogin(JSONMember("session", "other"))["session"] == "other")
      #expect(try await delete(login, house).status == 204)
      #expect(kind(try await house.beginLogin()) == "username")
    }
  }

  @Test("whoever needs a token meanwhile waits for it within its time, or is told at once")
  func tokenMeanwhile() async throws {
    try await AgentHouse.with { house in
      let login = try await house.beginLogin(JSONMember("username", "ann"))
      #expect(try await house.token("?timeout=0").code == "sign_in_required")
      let patient = Task { try await house.token("?timeout=600") }
      try await eventually("it waits") { await house.waiters() == 1 }
      _ = try await house.answer(login, LocalPool.password)
      #expect(try await patient.value.json["generation"] == 1)

      _ = try await house.ask(.DELETE, "/v1/sessions/work")
      let another = try await house.beginLogin(JSONMember("username", "ann"))
      let hasty = Task { try await house.token("?timeout=600") }
      try await eventually("it waits") { await house.waiters() == 1 }
      _ = try await delete(another, house)
      #expect(try await hasty.value.code == "sign_in_required")
    }
  }

  @Test("can be waited for: at once where it is past the step, else until it is, or until the time is over")
  func waiting() async throws {
    try await AgentHouse.with { house in
      let login = try await house.beginLogin()
      #expect(try await get(login, house, "?wait=60&after=0").json == login)
      let next = Task { try await get(login, house, "?wait=60&after=1") }
      try await eventually("it waits") { await house.waiters() == 1 }
      let password = try await house.answer(login, "ann").json
      #expect(try await next.value.json == password)
      let bored = Task { try await get(login, house, "?wait=1&after=2") }
      try await eventually("it waits") { await house.waiters() == 1 }
      house.clock.advance(milliseconds: 1000)
      #expect(try await bored.value.json == password)
      #expect(try await get(login, house, "?wait=61").code == "invalid_request")
    }
  }

  @Test("SECURITY 6: the secret of an authenticator's set-up is gone from GET once its code was given")
  func setUp() async throws {
    try await AgentHouse.with(pool: { try await LocalPool(on: $0, mfa: "ON") }) { house in
      let login = try await house.beginLogin(JSONMember("username", "ann"))
      let setUp = try await house.answer(login, LocalPool.password).json
      #expect(kind(setUp) == "mfa_setup")
      let secret = try #require(setUp["step"]?["secret"]?.string)
      #expect(try await get(login, house).text.contains(secret))
      let gate = Gate()
      house.transport.set(.holdBefore(gate), for: "VerifySoftwareToken")
      let code = try LocalPool.code(secret: secret, at: house.clock.now().wall.seconds)
      let answering = Task { try await house.answer(setUp, code) }
      try await eventually("the code is on its way") { gate.arrived == 1 }
      let meanwhile = try await get(login, house)
      #expect(meanwhile.status == 200 && !meanwhile.text.contains(secret))
      gate.open()
      #expect(kind(try await answering.value.json) == "done")
      #expect(!house.log.lines.contains { $0.contains(secret) || $0.contains(code) })
      #expect(await !house.eventTexts().contains { $0.contains(secret) || $0.contains(code) })
    }
  }

  @Test("what can't begin says why")
  func cannotBegin() async throws {
    try await AgentHouse.with { house in
      try house.folder.write("profiles.d/sso.toml", ProfileFileTests.oidc)
      try house.folder.write("profiles.d/bad.toml", "\nprovidr = 1\n")
      func problem(_ body: JSONValue) async throws -> String? { try await house.ask(.POST, "/v1/logins", body).code }
      #expect(try await problem(["profile": "none"]) == "not_found")
      #expect(try await problem(["profile": "sso"]) == "unsupported")
      #expect(try await problem(["profile": "bad"]) == "bad_configuration")
      #expect(try await problem([:]) == "invalid_request")
      #expect(try await problem(["profile": "a/b"]) == "invalid_request")
      #expect(try await problem(["profile": "work", "x": 1]) == "invalid_request")
      #expect(try await problem(["profile": "work", "flow": "magic"]) == "invalid_request")
      house.transport.unplug()
      let begun = try await house.beginLogin(JSONMember("username", "ann"))
      let end = kind(begun) == "failed" ? begun : try await house.answer(begun, LocalPool.password).json
      #expect(kind(end) == "failed" && end["step"]?["problem"]?["code"] == "offline")
    }
  }
}
