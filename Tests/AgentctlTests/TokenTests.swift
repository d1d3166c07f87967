import Foundation
import Testing
import WireJSON

@Suite("agentctl token")
struct TokenTests {
  private let place: Place
  init() throws { place = try Place() }

  @Test("prints the token alone, or as a header field, or the agent's object")
  func formats() throws {
    let agent = try FakeAgent(place, ["GET /v1/sessions/work/token": [Answers.token()]])
    #expect(try Programs.agentctl("token", "work", in: place).output == "TO.K.EN\n")
    #expect(
      try Programs.agentctl("token", "work", "--format=header", in: place).output == "Authorization: Bearer TO.K.EN\n")
    let object = try Programs.agentctl("token", "work", "--format", "json", in: place).output
    #expect(try JSONValue.parse(object.utf8) == Answers.token()["body"])
    #expect(agent.requests.allSatisfy { $0.headers["host"]?.string == "agent" && $0.headers["origin"] == nil })
  }

  @Test("passes on what is asked for")
  func parameters() throws {
    let agent = try FakeAgent(place, ["GET /v1/sessions/work/token": [Answers.token()]])
    let arguments = ["--type", "id", "--min-ttl=60", "--scope", "a", "--scope", "b/c", "--audience", "https://x?y"]
    let ending = try Programs.run(
      Programs.agentctl, ["token", "work"] + arguments, in: place, environment: place.environment())
    #expect(ending.status == 0)
    let query = "?type=id&min_ttl=60&scope=a%20b%2Fc&audience=https%3A%2F%2Fx%3Fy"
    #expect(agent.requests.map(\.line) == ["GET /v1/sessions/work/token" + query])
  }

  @Test("says when no token that lives as long as wanted can be had, and prints what there is")
  func stale() throws {
    let agent = try FakeAgent(place, ["GET /v1/sessions/work/token": [Answers.token(stale: true)]])
    let ending = try Programs.agentctl("token", "work", in: place)
    #expect(ending.status == 0 && ending.output == "TO.K.EN\n" && ending.errors.contains("shorter"))
    #expect(agent.requests.count == 1)
  }

  @Test("asks for a DPoP proof and shows the agent's answer")
  func dpop() throws {
    let body: JSONValue = ["proof": "P", "token": "T", "token_type": "DPoP", "jkt": "j"]
    let agent = try FakeAgent(place, ["POST /v1/sessions/work/dpop-proof": [Answers.ok(body)]])
    let ending = try Programs.agentctl("token", "work", "--dpop", "GET", "https://x", "--format", "header", in: place)
    #expect(ending.output == "Authorization: DPoP T\nDPoP: P\n")
    let asked: JSONValue = ["htm": "GET", "htu": "https://x", "nonce": nil, "access_token": true]
    #expect(agent.requests.first?.body == asked)
    #expect(try Programs.agentctl("token", "work", "--dpop", "GET", "https://x", in: place).output == body.text + "\n")
  }

  @Test("what the agent has no route for ends with 1, not as a session that is not there")
  func noRoute() throws {
    let agent = try FakeAgent(place, ["GET /v1/sessions/work": [Answers.ok(Answers.session("work"))]])
    let ending = try Programs.agentctl("token", "work", "--dpop", "GET", "https://x", in: place)
    #expect(ending.status == 1 && ending.errors.contains("This agent can't do that"))
    #expect(agent.requests.count == 2)
  }

  @Test("means SESSION_AGENT_SESSION, else the only session there is")
  func whichOne() throws {
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/sessions": [Answers.sessions("work")], "GET /v1/sessions/work/token": [Answers.token()],
        "GET /v1/sessions/other/token": [Answers.token("other")],
      ])
    #expect(try Programs.agentctl("token", in: place).status == 0)
    #expect(try Programs.agentctl("token", in: place, ["SESSION_AGENT_SESSION": "other"]).status == 0)
    let lines = ["/v1/sessions", "/v1/sessions/work/token", "/v1/sessions/other/token"].map { "GET " + $0 }
    #expect(agent.requests.map(\.line) == lines)
  }

  @Test("with several sessions lists them and ends with 64")
  func several() throws {
    let agent = try FakeAgent(place, ["GET /v1/sessions": [Answers.sessions("one", "two")]])
    let ending = try Programs.agentctl("token", in: place)
    #expect(ending.status == 64 && ending.output.isEmpty && ending.errors.contains("one, two"))
    #expect(agent.requests.count == 1)
  }

  @Test("with nothing there ends with 10 and a hint how to begin")
  func nothing() throws {
    let script = [
      "GET /v1/sessions": [Answers.sessions()], "GET /v1/profiles": [Answers.profiles()],
      "GET /v1/keystore": [Answers.keystore("uninitialized")],
    ]
    let agent = try FakeAgent(place, script)
    let ending = try Programs.agentctl("token", in: place)
    #expect(ending.status == 10 && ending.errors.contains("agentctl login POOL_ID --client-id"))
    #expect(agent.requests.count == 3)
  }

  @Test("with a keystore that can't be opened nobody is said to be signed out")
  func unavailable() throws {
    let script = ["GET /v1/sessions": [Answers.sessions()], "GET /v1/keystore": [Answers.keystore("unavailable")]]
    let agent = try FakeAgent(place, script)
    let ending = try Programs.agentctl("token", in: place)
    #expect(ending.status == 11 && ending.errors.contains("agentctl keystore status"))
    #expect(agent.requests.count == 2)
  }

  @Test("of a profile that nobody is signed in to ends with 10, of a name that is nothing with 67")
  func unknown() throws {
    let profile = Answers.ok(["name": "work", "provider": "cognito"])
    let agent = try FakeAgent(place, ["GET /v1/profiles/work": [profile]])
    let known = try Programs.agentctl("token", "work", in: place)
    #expect(known.status == 10 && known.errors.contains("agentctl login work"))
    let unknown = try Programs.agentctl("token", "nosuch", in: place)
    #expect(unknown.status == 67 && unknown.output.isEmpty && unknown.errors.contains("nosuch"))
    #expect(try Programs.agentctl("token", "a/b", in: place).status == 64)
    #expect(!agent.requests.isEmpty)
  }

  @Test(
    "ends with the code of the agent's problem",
    arguments: [
      (401, "sign_in_required", 10), (423, "locked", 11), (403, "denied", 12), (503, "offline", 75),
      (422, "bad_configuration", 78), (502, "provider_error", 1), (501, "unsupported", 1), (507, "storage_failed", 75),
    ] as [(Int64, String, Int32)])
  func problems(status: Int64, code: String, exit: Int32) throws {
    let problem = Answers.problem(status, code, "What happened. Run: agentctl x")
    let agent = try FakeAgent(place, ["GET /v1/sessions/work/token": [problem]])
    let ending = try Programs.agentctl("token", "work", in: place)
    #expect(ending.status == exit && ending.output.isEmpty)
    #expect(ending.errors == "agentctl: What happened. Run: agentctl x\n")
    let json = try Programs.agentctl("token", "work", "--format", "json", in: place)
    #expect(json.status == exit && json.output.isEmpty && json.errors.filter { $0 == "\n" }.count == 1)
    #expect(try JSONValue.parse(json.errors.utf8)["code"]?.string == code)
    #expect(agent.requests.count == 2)
  }

  @Test(
    "refuses a wrong use with 64",
    arguments: [
      ["--type", "refresh"], ["--min-ttl", "soon"], ["--min-ttl=-1"], ["--format", "xml"], ["--nosuch"], ["a", "b"],
      ["--dpop", "GET"], ["--type"],
    ])
  func usage(arguments: [String]) throws {
    let ending = try Programs.run(
      Programs.agentctl, ["token"] + arguments, in: place, environment: place.environment())
    #expect(ending.status == 64 && ending.output.isEmpty && !ending.errors.isEmpty)
  }
}
