import Foundation
import Glibc
import Testing
import WireJSON

@Suite("agentctl and its agent")
struct ConnectionTests {
  private let place: Place
  init() throws { place = try Place() }

  @Test(
    "ends with 69 where no agent listens and none may be started",
    arguments: [
      ["token"], ["token", "work", "--format", "json"], ["status"], ["status", "--json"], ["login", "work"], ["lock"],
      ["unlock"], ["events"], ["profile", "list"], ["logout"], ["claims"], ["refresh"], ["keystore", "status"],
    ])
  func noAgent(arguments: [String]) throws {
    let ending = try Programs.run(Programs.agentctl, arguments, in: place, environment: place.environment())
    #expect(ending.status == 69 && ending.output.isEmpty && ending.errors.contains(place.socket))
    if arguments.last == "--json" {
      #expect(try JSONValue.parse(ending.errors.utf8)["code"]?.string == "agent_not_reached")
    }
  }

  @Test("sends nothing to a server of another user", .enabled(if: geteuid() == 0, "another user takes root"))
  func otherUser() throws {
    chmod(place.path, 0o777)
    let agent = try FakeAgent(place, ["GET /v1/status": [Answers.status()]], uid: 65534)
    for arguments in [["token", "work"], ["status"], ["unlock"]] {
      let ending = try Programs.run(
        Programs.agentctl, arguments, input: "hunter2\n", in: place, environment: place.environment())
      #expect(ending.status == 69 && ending.errors.contains("another user"))
    }
    #expect(agent.requests.isEmpty)
  }

  @Test("takes an answer in chunks")
  func chunked() throws {
    let answer: JSONValue = ["chunked": true, "body": Answers.token()["body"] ?? nil]
    let agent = try FakeAgent(place, ["GET /v1/sessions/work/token": [answer]])
    #expect(try Programs.agentctl("token", "work", in: place).output == "TO.K.EN\n")
    #expect(agent.requests.count == 1)
  }

  @Test(
    "says that an answer is not as documented, or did not come",
    arguments: [
      ("", 69), ("HTTP/1.1 200 OK\r\n", 69), ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", 69),
      ("SSH-2.0-x\r\n\r\n", 1), ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 1),
      ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", 1), ("HTTP/1.1 500 X\r\nContent-Length: 4\r\n\r\nOops", 1),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 1),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a", 69),
    ] as [(String, Int32)])
  func malformed(raw: String, exit: Int32) throws {
    let agent = try FakeAgent(place, ["GET /v1/sessions/work/token": [["raw": .string(raw)]]])
    let ending = try Programs.agentctl("token", "work", in: place)
    #expect(ending.status == exit && ending.output.isEmpty && !ending.errors.isEmpty)
    // Where no answer came at all the agent may have been about to end.
    #expect(agent.requests.count == (exit == 69 && !raw.contains("\r\n\r\n") ? 2 : 1))
  }

  @Test("asks once more where the agent went away before it had answered, but does not do anything twice")
  func wentAway() throws {
    let gone: JSONValue = ["raw": ""]
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/sessions/work/token": [gone, Answers.token()],
        "POST /v1/sessions/work/refresh": [gone, Answers.ok(Answers.session("work"))],
      ])
    #expect(try Programs.agentctl("token", "work", in: place).output == "TO.K.EN\n")
    let refresh = try Programs.agentctl("refresh", "work", in: place)
    #expect(refresh.status == 69 && refresh.errors.contains("closed the connection"))
    #expect(refresh.errors.contains(place.path + "/state/session-agent/agent.log"))
    #expect(agent.requests.count == 3)
  }

  @Test("refuses a socket path of more than 107 bytes with 78")
  func longPath() throws {
    let path = "/tmp/" + String(repeating: "s", count: 103)
    let ending = try Programs.agentctl("token", in: place, ["SESSION_AGENT_SOCK": path])
    #expect(ending.status == 78 && ending.errors.contains("107"))
  }

  @Test("starts the agent of SESSION_AGENT_BIN in a session of its own, with a reduced environment and a log")
  func autoStart() throws {
    let script = try place.write(
      JSONValue.object([JSONMember("GET /v1/sessions/work/token", .array([Answers.token()]))]).text, to: "script.json")
    let program = """
      { echo "$*"; pwd; umask; ps -o sid= -p $$; echo $$; env; ls -l /proc/self/fd | tail -n +2; } > \(place.path)/seen
      exec python3 \(Programs.fixture("fake_agent.py")) "$SESSION_AGENT_SOCK" \(script)
      """
    let file = try Programs.script(program, to: "agent.sh", in: place)
    let variables = [
      "SESSION_AGENT_NO_AUTOSTART": "", "SESSION_AGENT_BIN": file, "PLANTED": "not passed on", "LC_ALL": "C",
      "XDG_DATA_HOME": "/d",
    ]
    let ending = try Programs.agentctl("token", "work", in: place, variables)
    let seen = place.read("seen").split(separator: "\n").map { $0.drop { $0 == " " } }
    try #require(seen.count > 5, "\(ending)")
    kill(pid_t(seen[4]) ?? 0, SIGTERM)
    #expect(ending.status == 0 && ending.output == "TO.K.EN\n")
    #expect(seen[0] == "--if-absent" && seen[1] == "/" && seen[2] == "0077" && seen[3] == seen[4])
    #expect(seen.contains("LC_ALL=C") && seen.contains("XDG_DATA_HOME=/d") && seen.contains("HOME=\(place.path)"))
    #expect(!seen.contains { $0.hasPrefix("PLANTED") || $0.hasPrefix("TERM=") })
    #expect(!seen.contains { $0.contains("/out-") || $0.contains("/in-") }, "a descriptor of ours was handed on")
    #expect(place.read("state/session-agent/agent.log").contains("ready"))
    let attributes = try FileManager.default.attributesOfItem(atPath: place.path + "/state/session-agent/agent.log")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let folder = try FileManager.default.attributesOfItem(atPath: place.path + "/state/session-agent")
    #expect(folder[.posixPermissions] as? Int == 0o700)
  }

  private func endsAtStart(_ script: String, _ arguments: String...) throws -> Programs.Ending {
    let file = try Programs.script(script, to: "agent.sh", in: place)
    let variables = place.environment(["SESSION_AGENT_NO_AUTOSTART": "", "SESSION_AGENT_BIN": file])
    return try Programs.run(Programs.agentctl, arguments, in: place, environment: variables)
  }

  @Test("says at once that the agent ended at its start, and where its log is, where the agent said nothing")
  func startFails() throws {
    let ending = try endsAtStart("exit 3", "status")
    #expect(ending.status == 69 && ending.errors.contains("status 3") && ending.errors.contains("agent.log"))
    #expect(try endsAtStart("exit 78", "status").status == 78)
  }

  @Test("says what the agent said before it ended, and ends with 78 where the configuration is bad")
  func badConfiguration() throws {
    let sentence = "config.toml:3: \"keystor\" is not a known key."
    let script = "echo 'session-agent: \(sentence)' >&2; echo 'level=info goodbye' >&2; exit 78"
    let ending = try endsAtStart(script, "status")
    #expect(ending.status == 78 && ending.errors == "agentctl: The agent could not start: \(sentence)\n")
    let json = try endsAtStart(script, "status", "--json")
    let object = try JSONValue.parse(json.errors.utf8)
    #expect(json.status == 78 && object["code"]?.string == "bad_configuration")
    // What an earlier one said is not what this one says.
    let silent = try endsAtStart("exit 1", "token")
    #expect(silent.status == 69 && !silent.errors.contains("keystor") && silent.errors.contains("said nothing"))
    #expect(try endsAtStart("echo 'no such library' >&2; exit 127", "token").errors.contains("no such library"))
  }

  @Test("refuses a socket path that is not absolute with 78, and starts nothing")
  func relativePath() throws {
    let variables = ["SESSION_AGENT_SOCK": "agent.sock", "SESSION_AGENT_NO_AUTOSTART": ""]
    for command in ["token", "status"] {
      let ending = try Programs.agentctl(command, in: place, variables)
      #expect(ending.status == 78 && ending.errors.contains("absolute") && ending.errors.contains("agent.sock"))
    }
    #expect(!FileManager.default.fileExists(atPath: place.path + "/state"))
  }

  @Test("never looks for the agent by PATH")
  func noPath() throws {
    _ = try Programs.script("touch \(place.path)/ran", to: "session-agent", in: place)
    let copy = place.path + "/bin"
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
    try Programs.copy(Programs.agentctl, to: copy + "/agentctl", in: place)
    let variables = place.environment(["SESSION_AGENT_NO_AUTOSTART": "", "PATH": place.path + ":/usr/bin:/bin"])
    let ending = try Programs.run(copy + "/agentctl", ["status"], in: place, environment: variables)
    #expect(ending.status == 69 && ending.errors.contains(copy + "/session-agent"), "\(ending)")
    #expect(!FileManager.default.fileExists(atPath: place.path + "/ran"))
    let relative = try Programs.agentctl(
      "status", in: place, ["SESSION_AGENT_NO_AUTOSTART": "", "SESSION_AGENT_BIN": "session-agent"])
    #expect(relative.status == 69)
  }
}
