import Foundation
import Testing
import WireJSON

@Suite("agentctl on a terminal")
struct TerminalTests {
  private let place: Place
  init() throws { place = try Place() }

  private let username = Answers.login(1, "username")
  private let password = Answers.login(2, "password")
  private let code = Answers.login(3, "totp_code", [JSONMember("device_name", nil)])

  @Test("echoes a name and nothing that is typed for a secret")
  func echo() throws {
    let agent = try FakeAgent(place, Answers.loginScript(username, answers: [password, code, Answers.signedIn]))
    let terminal = try PseudoTerminal(
      "login", "work", in: place,
      steps: [
        .expect("username: "), .echo(true), .type("anna\r"), .expect("password: "), .echo(false),
        .type("hunter2\r"), .expect("code"), .echo(false), .type("135790\r"),
      ])
    #expect(terminal.status == 0 && terminal.echoes)
    #expect(terminal.shown.contains("anna") && terminal.shown.contains("Signed in to work"))
    #expect(!terminal.shown.contains("hunter2") && !terminal.shown.contains("135790"))
    let sent = agent.requests.filter { $0.line.hasSuffix("/answer") }.map { $0.body?["value"]?.string ?? "" }
    #expect(sent == ["anna", "hunter2", "135790"])
  }

  @Test(
    "gives the login up and restores the terminal when a signal comes", arguments: ["\u{3}", "TERM", "HUP", "QUIT"])
  func signals(way: String) throws {
    let agent = try FakeAgent(place, Answers.loginScript(password, answers: []))
    let isKey = way == "\u{3}"
    let terminal = try PseudoTerminal(
      "login", "work", in: place,
      steps: [.expect("password: "), .echo(false), .type("half a sec"), isKey ? .type(way) : .signal(way)])
    let numbers: [String: Int64] = ["\u{3}": 2, "TERM": 15, "HUP": 1, "QUIT": 3]
    #expect(terminal.status == 128 + (numbers[way] ?? 0) && terminal.echoes)
    #expect(!terminal.shown.contains("half a sec"))
    #expect(agent.requests.last?.line == "DELETE /v1/logins/0f")
  }

  @Test("restores the terminal at Ctrl-Z and asks again afterwards")
  func stop() throws {
    let agent = try FakeAgent(place, Answers.loginScript(password, answers: [Answers.signedIn]))
    // A stop by the terminal needs a shell above it, which the test's terminal has not: the signal itself does.
    let terminal = try PseudoTerminal(
      "login", "work", in: place,
      steps: [
        .expect("password: "), .echo(false), .signal("TSTP"), .expect("password: "), .echo(false), .type("p\r"),
      ])
    #expect(terminal.status == 0 && terminal.echoes)
    #expect(agent.requests.filter { $0.line.hasSuffix("/answer") }.map { $0.body?["value"]?.string } == ["p"])
  }

  @Test("ends at once when Ctrl-C comes while the agent is asked")
  func interruptedRequest() throws {
    let hanging: JSONValue = ["hang": true, "raw": ""]
    let agent = try FakeAgent(place, Answers.loginScript(password, answers: [hanging]))
    let terminal = try PseudoTerminal(
      "login", "work", in: place,
      steps: [
        .expect("password: "), .echo(false), .type("p\r"), .asked("POST /v1/logins/0f/answer"), .type("\u{3}"),
      ])
    #expect(terminal.status == 130 && terminal.echoes)
    #expect(agent.requests.last?.line == "DELETE /v1/logins/0f")
  }

  @Test(
    "what waits long for a provider says so", arguments: [["lock"], ["refresh", "work"], ["logout", "work"]])
  func longWait(arguments: [String]) throws {
    let hanging: JSONValue = ["hang": true, "raw": ""]
    let agent = try FakeAgent(
      place,
      [
        "POST /v1/lock": [hanging], "POST /v1/sessions/work/refresh": [hanging], "DELETE /v1/sessions/work": [hanging],
      ])
    let terminal = try PseudoTerminal(arguments, in: place, steps: [.expect("Waiting for .*\n"), .type("\u{3}")])
    #expect(terminal.shown.components(separatedBy: "Waiting for").count == 2)
    #expect(terminal.status == -2 && agent.requests.count == 1)
  }

  @Test("says why an answer was refused before it asks again")
  func refused() throws {
    let again = Answers.login(3, "password", refused: "The password is wrong.")
    let agent = try FakeAgent(place, Answers.loginScript(password, answers: [again, Answers.signedIn]))
    let terminal = try PseudoTerminal(
      "login", "work", in: place,
      steps: [
        .expect("password: "), .echo(false), .type("x\r"), .expect("The password is wrong."), .expect("password: "),
        .echo(false), .type("y\r"),
      ])
    #expect(terminal.status == 0)
    #expect(agent.requests.filter { $0.line.hasSuffix("/answer") }.count == 2)
  }

  @Test("has a new password typed twice, until both are the same")
  func newPassword() throws {
    let step = Answers.login(1, "new_password", [JSONMember("required_attributes", []), JSONMember("policy", nil)])
    let agent = try FakeAgent(place, Answers.loginScript(step, answers: [Answers.signedIn]))
    func typing(_ prompt: String, _ text: String) -> [PseudoTerminal.Step] {
      [.expect(prompt), .echo(false), .type(text + "\r")]
    }
    let terminal = try PseudoTerminal(
      "login", "work", in: place,
      steps: typing("new password: ", "one-A") + typing("again: ", "one-B") + [.expect("not the same")]
        + typing("new password: ", "two") + typing("again: ", "two"))
    #expect(terminal.status == 0 && !terminal.shown.contains("one-A") && !terminal.shown.contains("one-B"))
    #expect(agent.requests.first { $0.line.hasSuffix("/answer") }?.body?["value"]?.string == "two")
  }

  @Test("makes the store first where there is none, then signs in")
  func makesStore() throws {
    var script = Answers.loginScript(password, answers: [Answers.signedIn])
    script["GET /v1/keystore"] = [
      Answers.keystore("uninitialized"), Answers.keystore("uninitialized"), Answers.keystore("unlocked"),
    ]
    script["POST /v1/unlock"] = [Answers.problem(423, "locked", "No source opens it."), Answers.keystore("unlocked")]
    let agent = try FakeAgent(place, script)
    let terminal = try PseudoTerminal(
      "login", "work", in: place,
      steps: [
        .expect("new passphrase: "), .echo(false), .type("horse\r"), .expect("again: "), .echo(false),
        .type("horse\r"), .expect("password: "), .echo(false), .type("p\r"),
      ])
    #expect(terminal.status == 0 && !terminal.shown.contains("horse"))
    #expect(agent.requests.filter { $0.line == "POST /v1/unlock" }.map(\.body) == [[:], ["passphrase": "horse"]])
  }

  @Test("shows colour there, and none where NO_COLOR is set or the terminal is dumb")
  func colour() throws {
    let agent = try FakeAgent(place, ["GET /v1/status": [Answers.status(Answers.session("work"))]])
    let escape = "\u{1B}["
    #expect(try PseudoTerminal("status", in: place, steps: []).shown.contains(escape))
    for plain in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
      #expect(try !PseudoTerminal("status", in: place, environment: plain, steps: []).shown.contains(escape))
    }
    #expect(try !Programs.agentctl("status", in: place).output.contains(escape))
    #expect(agent.requests.count == 8)
  }
}
