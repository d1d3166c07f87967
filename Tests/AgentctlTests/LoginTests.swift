import Foundation
import SessionAPI
import Testing
import WireJSON

@Suite("agentctl login with piped answers")
struct LoginTests {
  private let place: Place
  init() throws { place = try Place() }

  private let password = Answers.login(1, "password")
  private let code = Answers.login(2, "totp_code", [JSONMember("device_name", nil)])

  private func answers(_ agent: FakeAgent) -> [String] {
    agent.requests.filter { $0.line.hasSuffix("/answer") }.map { $0.body?["value"]?.string ?? "" }
  }

  @Test("takes a line for each question, in the order in which they are asked")
  func lines() throws {
    let agent = try FakeAgent(place, Answers.loginScript(password, answers: [code, Answers.signedIn]))
    let ending = try Programs.agentctl("login", "work", "--username", "u", input: "pass word\n123456\n", in: place)
    #expect(ending.status == 0 && ending.output.hasPrefix("Signed in to work as u;"))
    #expect(!(ending.output + ending.errors).contains("pass word"))
    #expect(answers(agent) == ["pass word", "123456"])
    let begun = agent.requests.first { $0.line == "POST /v1/logins" }?.body
    #expect(begun?["username"]?.string == "u" && begun?["session"]?.string == "work" && begun?["replace"] == false)
    #expect(!agent.requests.contains { $0.line.hasPrefix("DELETE") })
  }

  @Test("takes a last line without its end")
  func lastLine() throws {
    let agent = try FakeAgent(place, Answers.loginScript(password, answers: [Answers.signedIn]))
    #expect(try Programs.agentctl("login", "work", input: "p", in: place).status == 0)
    #expect(answers(agent) == ["p"])
  }

  @Test("an answer that comes after the login's end ends with the login's own reason, and without one with 1")
  func late() throws {
    let gone = Answers.problem(404, "not_found", "There is no such login, or it has ended.")
    let problem = try #require(Answers.problem(401, "sign_in_required", "Not finished in time.")["body"])
    var script = Answers.loginScript(password, answers: [gone])
    script["GET /v1/logins/0f"] = [Answers.login(2, "failed", [JSONMember("problem", problem)]), gone]
    let agent = try FakeAgent(place, script)
    let ending = try Programs.agentctl("login", "work", input: "p\n", in: place)
    #expect(ending.status == 10 && ending.errors.contains("Not finished in time."))
    let forgotten = try Programs.agentctl("login", "work", input: "p\n", in: place)
    #expect(forgotten.status == 1 && forgotten.errors.contains("agentctl login work"))
    #expect(!agent.requests.isEmpty)
  }

  @Test("ends with 13 at the end of input after a refusal, and gives the login up")
  func refused() throws {
    let again = Answers.login(2, "password", refused: "The password is wrong.")
    let agent = try FakeAgent(place, Answers.loginScript(password, answers: [again]))
    let ending = try Programs.agentctl("login", "work", input: "wrong\n", in: place)
    #expect(ending.status == 13 && ending.output.isEmpty && ending.errors.contains("The password is wrong."))
    #expect(agent.requests.last?.line == "DELETE /v1/logins/0f")
  }

  @Test("ends with 1 at the end of input before any refusal, and gives the login up")
  func endOfInput() throws {
    let agent = try FakeAgent(place, Answers.loginScript(password, answers: [code]))
    #expect(try Programs.agentctl("login", "work", input: "p\n", in: place).status == 1)
    #expect(agent.requests.last?.line == "DELETE /v1/logins/0f")
  }

  @Test("ends with the code of the problem that the login failed with")
  func failed() throws {
    let problem: JSONValue = ["detail": "Disabled.", "code": "credentials_refused", "reason": "user_disabled"]
    let failed = Answers.login(2, "failed", [JSONMember("problem", problem)])
    let agent = try FakeAgent(place, Answers.loginScript(password, answers: [failed]))
    let ending = try Programs.agentctl("login", "work", input: "p\n", in: place)
    #expect(ending.status == 13 && ending.errors == "agentctl: Disabled.\n")
    #expect(!agent.requests.contains { $0.line.hasPrefix("DELETE") })
  }

  @Test("takes a new password once, and the attributes asked for with it")
  func newPassword() throws {
    let step = Answers.login(
      1, "new_password", [JSONMember("required_attributes", ["name"]), JSONMember("policy", nil)])
    let agent = try FakeAgent(place, Answers.loginScript(step, answers: [Answers.signedIn]))
    #expect(try Programs.agentctl("login", "work", input: "New-1\nAnna\n", in: place).status == 0)
    let sent = agent.requests.first { $0.line.hasSuffix("/answer") }?.body
    #expect(sent == ["step": 1, "value": "New-1", "attributes": ["name": "Anna"]])
  }

  @Test("takes an option by number or name", arguments: ["2", "SMS_MFA", "sms_mfa"])
  func select(answer: String) throws {
    let step = Answers.login(1, "select_mfa", [JSONMember("options", ["SOFTWARE_TOKEN_MFA", "SMS_MFA"])])
    let agent = try FakeAgent(place, Answers.loginScript(step, answers: [Answers.signedIn]))
    #expect(try Programs.agentctl("login", "work", input: answer + "\n", in: place).status == 0)
    #expect(answers(agent) == ["SMS_MFA"])
  }

  @Test("refuses an answer that is no option with 64 and gives the login up")
  func noOption() throws {
    let step = Answers.login(1, "select_mfa", [JSONMember("options", ["SOFTWARE_TOKEN_MFA"])])
    let agent = try FakeAgent(place, Answers.loginScript(step, answers: [Answers.signedIn]))
    #expect(try Programs.agentctl("login", "work", input: "2\n", in: place).status == 64)
    #expect(agent.requests.last?.line == "DELETE /v1/logins/0f")
  }

  @Test("shows an authenticator's secret when one is set up")
  func setUp() throws {
    let more = [JSONMember("secret", "JBSWY3DP"), JSONMember("otpauth_uri", "otpauth://totp/x?secret=JBSWY3DP")]
    let step = Answers.login(1, "mfa_setup", more)
    let agent = try FakeAgent(place, Answers.loginScript(step, answers: [Answers.signedIn]))
    let ending = try Programs.agentctl("login", "work", input: "123456\n", in: place)
    #expect(ending.status == 0 && ending.errors.contains("JBSWY3DP") && ending.errors.contains("otpauth://totp/x"))
    #expect(answers(agent) == ["123456"])
  }

  @Test("waits for what happens in a browser, without opening one that is not wanted")
  func browser() throws {
    let page: [JSONMember] = [
      JSONMember("url", "https://idp.example.org/x"), JSONMember("redirect_uri", "http://127.0.0.1:1/"),
      JSONMember("manual", false),
    ]
    var script = Answers.loginScript(Answers.login(1, "browser", page), answers: [])
    script["GET /v1/logins/0f"] = [Answers.login(1, "browser", page), Answers.signedIn]
    let agent = try FakeAgent(place, script)
    let ending = try Programs.agentctl("login", "work", "--no-browser", in: place)
    #expect(ending.status == 0 && ending.errors.contains("https://idp.example.org/x"))
    #expect(agent.requests.last?.line == "GET /v1/logins/0f?wait=60&after=1")
  }

  @Test("does nothing where somebody is signed in, unless forced")
  func alreadySignedIn() throws {
    var script = Answers.loginScript(password, answers: [Answers.signedIn])
    script["GET /v1/sessions"] = [Answers.sessions("work")]
    let agent = try FakeAgent(place, script)
    let ending = try Programs.agentctl("login", "work", in: place)
    #expect(ending.status == 0 && ending.output.contains("as u") && ending.output.contains("2099-01-01T00:00:00Z"))
    #expect(!agent.requests.contains { $0.line.hasPrefix("POST") })
    #expect(try Programs.agentctl("login", "work", "--force", input: "p\n", in: place).status == 0)
    #expect(agent.requests.contains { $0.line == "POST /v1/logins" })
  }

  private func waitingScript() -> [String: [JSONValue]] {
    var script = Answers.loginScript(password, answers: [Answers.signedIn])
    let waiting = Answers.problem(409, "conflict", "A login is waiting.", [JSONMember("login_id", "0e")])
    script["POST /v1/logins"] = [waiting, password]
    script["DELETE /v1/logins/0e"] = [Answers.noContent]
    return script
  }

  @Test("with --force gives up the login that was left waiting and begins anew")
  func takesOver() throws {
    let agent = try FakeAgent(place, waitingScript())
    let ending = try Programs.agentctl("login", "work", "--force", input: "p\n", in: place)
    #expect(ending.status == 0 && ending.output.hasPrefix("Signed in to work as u;"))
    let lines = agent.requests.map(\.line).filter { $0.contains("/logins") }
    let expected = ["POST /v1/logins", "DELETE /v1/logins/0e", "POST /v1/logins", "POST /v1/logins/0f/answer"]
    #expect(lines == expected)
  }

  @Test("without --force leaves the login that waits alone")
  func leavesWaiting() throws {
    let agent = try FakeAgent(place, waitingScript())
    let ending = try Programs.agentctl("login", "work", input: "p\n", in: place)
    #expect(ending.status == 1 && ending.errors == "agentctl: A login is waiting.\n")
    #expect(agent.requests.filter { $0.line.contains("/logins") }.map(\.line) == ["POST /v1/logins"])
  }

  @Test("of a profile that the list shows as bad ends with 78 and the reason, by name or as the only one")
  func badProfile() throws {
    var script = Answers.loginScript(password, answers: [Answers.signedIn])
    let bad: JSONValue = ["name": "bad", "source": "user", "error": "bad.toml:3: no value"]
    script["GET /v1/profiles"] = [Answers.ok(["profiles": [bad]])]
    script["GET /v1/profiles/bad"] = [Answers.problem(422, "bad_configuration", "bad.toml:3: no value")]
    let agent = try FakeAgent(place, script)
    for arguments in [["login"], ["login", "bad"], ["login", "us-east-1_x", "--client-id", "c", "--name", "bad"]] {
      let ending = try Programs.run(Programs.agentctl, arguments, in: place, environment: place.environment())
      #expect(ending.status == 78 && ending.errors == "agentctl: bad.toml:3: no value\n")
    }
    #expect(!agent.requests.contains { $0.line.hasPrefix("POST") || $0.line.hasPrefix("PUT") })
  }

  @Test("takes the only good profile where another is bad")
  func goodProfile() throws {
    var script = Answers.loginScript(password, answers: [Answers.signedIn])
    let good: JSONValue = ["name": "work", "provider": "cognito", "client_id": "c"]
    script["GET /v1/profiles"] = [Answers.ok(["profiles": [["name": "bad", "source": "user", "error": "x"], good]])]
    let agent = try FakeAgent(place, script)
    #expect(try Programs.agentctl("login", input: "p\n", in: place).status == 0)
    #expect(agent.requests.first { $0.line == "POST /v1/logins" }?.body?["profile"] == "work")
  }

  @Test("leaves it to the agent to compare somebody of another name")
  func anotherPerson() throws {
    let problem: JSONValue = ["detail": "It is another person's. Use --replace", "code": "conflict"]
    var script = Answers.loginScript(password, answers: [Answers.login(2, "failed", [JSONMember("problem", problem)])])
    script["GET /v1/sessions"] = [Answers.sessions("work")]
    let agent = try FakeAgent(place, script)
    let ending = try Programs.agentctl("login", "work", "--username", "other", input: "p\n", in: place)
    #expect(ending.status == 1 && ending.errors.contains("--replace"))
    #expect(agent.requests.contains { $0.line == "POST /v1/logins" })
  }

  @Test("ends with 11 before any prompt where the store is closed", arguments: ["locked", "uninitialized"])
  func locked(state: String) throws {
    var script = Answers.loginScript(password, answers: [Answers.signedIn])
    script["GET /v1/keystore"] = [Answers.keystore(state)]
    let agent = try FakeAgent(place, script)
    let ending = try Programs.agentctl("login", "work", input: "p\n", in: place)
    #expect(ending.status == 11 && ending.errors.contains("agentctl unlock"))
    #expect(agent.requests.map(\.line) == ["GET /v1/keystore"])
  }

  @Test("of an unknown profile ends with 67, of a pool without its client with 64")
  func unknown() throws {
    let agent = try FakeAgent(place, Answers.loginScript(password, answers: []))
    #expect(try Programs.agentctl("login", "nosuch", in: place).status == 67)
    #expect(try Programs.agentctl("login", "us-east-1_abc", in: place).status == 64)
    #expect(try Programs.agentctl("login", "https://idp.example.org", in: place).status == 64)
    #expect(try Programs.agentctl("login", "work", "--scope", "a", in: place).status == 64)
    #expect(try Programs.agentctl("login", "--flow", "nosuch", in: place).status == 64)
    #expect(!agent.requests.contains { $0.line.hasPrefix("POST") })
  }

  @Test("of a profile whose file is not readable ends with 78 and the agent's reason")
  func unreadableProfile() throws {
    var script = Answers.loginScript(password, answers: [])
    script["GET /v1/profiles/broken"] = [Answers.problem(422, "bad_configuration", "broken.toml:3: no value")]
    let agent = try FakeAgent(place, script)
    let ending = try Programs.agentctl("login", "broken", in: place)
    #expect(ending.status == 78 && ending.errors == "agentctl: broken.toml:3: no value\n")
    #expect(!agent.requests.contains { $0.line.hasPrefix("POST") })
  }

  @Test("makes a profile on the way, and takes it back where the login fails")
  func onTheWay() throws {
    var script = Answers.loginScript(password, answers: [Answers.login(2, "password", refused: "Wrong.")])
    script["PUT /v1/profiles/default"] = [Answers.ok(["name": "default", "provider": "cognito"], status: 201)]
    script["DELETE /v1/profiles/default"] = [Answers.noContent]
    let agent = try FakeAgent(place, script)
    let arguments = ["login", "us-east-1_demo", "--client-id", "c", "--endpoint", "http://127.0.0.1:1"]
    let ending = try Programs.run(
      Programs.agentctl, arguments, input: "p\n", in: place, environment: place.environment())
    #expect(ending.status == 13)
    let made: JSONValue = [
      "provider": "cognito", "user_pool_id": "us-east-1_demo", "client_id": "c", "endpoint": "http://127.0.0.1:1",
    ]
    #expect(agent.requests.first { $0.line.hasPrefix("PUT") }?.body == made)
    #expect(agent.requests.suffix(2).map(\.line) == ["DELETE /v1/logins/0f", "DELETE /v1/profiles/default"])
  }

  @Test("takes an administrator's AWS credentials from the environment, for the flow admin and no other")
  func admin() throws {
    let keys = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "aws-secret", "AWS_SESSION_TOKEN": "aws-token"]
    func sent(_ arguments: [String]) throws -> JSONValue? {
      let place = try Place()
      let agent = try FakeAgent(place, Answers.loginScript(password, answers: [Answers.signedIn]))
      let ending = try Programs.run(
        Programs.agentctl, ["login", "work"] + arguments, input: "p\n", in: place, environment: place.environment(keys))
      #expect(ending.status == 0 && !(ending.output + ending.errors).contains("aws-"))
      return agent.requests.first { $0.line == "POST /v1/logins" }?.body?["aws_credentials"]
    }
    #expect(
      try sent(["--flow", "admin"]) == [
        "access_key_id": "AKID", "secret_access_key": "aws-secret", "session_token": "aws-token",
      ])
    #expect(try sent([])?.isNull == true)
  }

  @Test("without AWS credentials the flow admin ends with 64 and says which variables it wants")
  func adminWithoutCredentials() throws {
    let agent = try FakeAgent(place, Answers.loginScript(password, answers: []))
    let ending = try Programs.agentctl("login", "work", "--flow", "admin", input: "p\n", in: place)
    #expect(ending.status == 64 && ending.errors.contains("AWS_SECRET_ACCESS_KEY"))
    #expect(!agent.requests.contains { $0.line.hasPrefix("POST") })
  }

  @Test("shows a question of the pool's own, and takes the next line for its answer")
  func custom() throws {
    let step = Answers.login(1, "custom", [JSONMember("parameters", ["question": "2+2"])])
    let agent = try FakeAgent(place, Answers.loginScript(step, answers: [Answers.signedIn]))
    let ending = try Programs.agentctl("login", "work", input: "4\n", in: place)
    #expect(ending.status == 0 && ending.errors.contains("question: 2+2"))
    #expect(answers(agent) == ["4"])
  }
}
