import AuthFlows
import NIOHTTP1
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

@Suite("The account of a session")
struct AccountTests {
  private let account = "/v1/sessions/work/account"

  @Test("is asked for with the session's own access token, which is renewed first where it has expired")
  func renewed() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      #expect(try await house.ask(.GET, account).json["username"] == "ann")
      house.advance(seconds: 3600)
      let answer = try await house.ask(.GET, account)
      #expect(answer.status == 200)
      #expect(try await house.session()["generation"] == 2)
    }
  }

  @Test("without network an answer comes at once and says when to try again")
  func offline() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 3600)
      house.transport.unplug()
      #expect(try await house.ask(.GET, account).code == "offline")
      let before = house.transport.total
      let answer = try await house.ask(.GET, account)
      #expect(answer.status == 503 && answer.header("retry-after") != nil)
      #expect(house.transport.total == before, "no attempt is made while a back-off runs")
    }
  }

  @Test("a token without the scope is refused before anybody is asked")
  func scope() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      await house.agent.takeScopes(from: house.work)
      let before = house.transport.total
      let answer = try await house.ask(.GET, account)
      #expect(answer.code == "unsupported" && answer.text.contains("aws.cognito.signin.user.admin"))
      #expect(house.transport.total == before)
    }
  }

  @Test("a token that the pool takes no more is renewed once, and what was asked is done")
  func refused() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      try await house.control(["expire": ["username": "ann", "token": "access"]])
      #expect(try await house.ask(.GET, account).status == 200)
      #expect(house.transport.count("GetUser") == 2)
      #expect(try await house.session()["generation"] == 2)
      try await house.control(["revoke": ["username": "ann"]])
      let answer = try await house.ask(.GET, account)
      #expect(answer.status == 401 && answer.reason == "refresh_token_revoked")
    }
  }

  @Test("the connection that carried an authenticator's secret is closed")
  func closes() async throws {
    try await AgentHouse.with(pool: { try await LocalPool(on: $0, mfa: "OPTIONAL") }) { house in
      try await house.signIn()
      let answer = try await house.ask(.POST, account + "/mfa/totp")
      #expect(answer.status == 200 && answer.header("connection") == "close")
    }
  }

  @Test("a deleted account takes its session along, with nothing left to revoke")
  func deleted() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      #expect(try await house.ask(.DELETE, account, ["username": "bob"]).status == 400)
      #expect(house.transport.count("DeleteUser") == 0)
      #expect(try await house.ask(.DELETE, account, ["username": "ann"]).status == 204)
      #expect(await house.agent.liveNames.isEmpty)
      #expect(try await house.ask(.GET, "/v1/status").json["pending"]?.array?.isEmpty == true)
      #expect(house.transport.count("RevokeToken") == 0)
      #expect(await house.events().last == "session.removed")
    }
  }

  @Test("an answer that was lost deletes no session: the next refresh finds out")
  func lost() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.transport.set(.loseAnswer, for: "DeleteUser")
      #expect(try await house.ask(.DELETE, account, ["username": "ann"]).code == "offline")
      #expect(try await house.state() == "active")
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").status == 401)
    }
  }

  @Test("second factors that are neither in use nor wanted are not mentioned to the pool")
  func factors() async throws {
    try await AgentHouse.with(pool: { try await LocalPool(on: $0, mfa: "OPTIONAL") }) { house in
      try await house.signIn()
      let nothing: JSONValue = ["methods": [], "preferred": nil]
      #expect(try await house.ask(.PUT, account + "/mfa", nothing).json == nothing)
      #expect(house.transport.count("SetUserMFAPreference") == 0)
      let unready: JSONValue = ["methods": ["SOFTWARE_TOKEN_MFA"], "preferred": nil]
      #expect(try await house.ask(.PUT, account + "/mfa", unready).code == "conflict")
    }
  }
}

@Suite("Commands in messages")
struct NamedCommandTests {
  @Test(
    "name the session, and end without a full stop that would look like part of them",
    arguments: [
      ("Sign in again: agentctl login.", "Sign in again: agentctl login work --session s"),
      ("Sign in: agentctl login. Or not.", "Sign in: agentctl login work --session s. Or not."),
      ("Try again: agentctl refresh.", "Try again: agentctl refresh s"),
      ("See: agentctl account devices.", "See: agentctl account devices s"),
      (
        "Enter it: agentctl login, or agentctl account confirm.",
        "Enter it: agentctl login work --session s, or agentctl account confirm work --username 'a b'"
      ),
      ("Run: agentctl login other", "Run: agentctl login other"), ("Nothing.", "Nothing."),
    ])
  func naming(text: String, named: String) throws {
    let names = CommandNames(profile: try #require(Name("work")), session: try #require(Name("s")), username: "a b")
    #expect(Problem(.offline, text).naming(names).detail == named)
  }
}

extension Agent {
  fileprivate func takeScopes(from name: SessionName) { sessions[name]?.record.identity.scopes = [] }
}
