import Foundation
import Glibc
import Testing
import WireJSON

@Suite("agentctl as a process")
struct ProcessTests {
  private let place: Place
  init() throws { place = try Place() }

  private let stream =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1\nevent: snapshot\ndata: {\"a\":1}\n\n"

  @Test("events ends with 130 at Ctrl-C")
  func events() throws {
    let agent = try FakeAgent(place, ["GET /v1/events": [["raw": .string(stream), "hang": true]]])
    let terminal = try PseudoTerminal("events", in: place, steps: [.expect("\"a\":1"), .type("\u{3}")])
    #expect(terminal.status == 130 && agent.requests.count == 1)
  }

  @Test(
    "events says that the agent ended, also where that cut an event off",
    arguments: ["", "29\r\nid: 2\nevent: session", "2", "29\r\nid: 2\nevent: session.refreshed\ndata: {}\n\n"])
  func cutOff(rest: String) throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    let raw = head + "29\r\nid: 1\nevent: snapshot\ndata: {\"a\":12345}\n\n\r\n" + rest
    let agent = try FakeAgent(place, ["GET /v1/events": [["raw": .string(raw)]]])
    let ending = try Programs.agentctl("events", in: place)
    #expect(ending.status == 69 && ending.output.hasPrefix("{\"a\":12345}\n"))
    #expect(ending.errors == "agentctl: The agent ended; there are no further events.\n")
    #expect(agent.requests.count == 1)
  }

  @Test("status --watch shows the status again when an event comes, and ends with the agent")
  func watch() throws {
    let events = stream + "id: 2\nevent: session.offline\ndata: {\"b\":2}\n\n"
    let offline = Answers.session("work", state: "offline")
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/events": [["raw": .string(events)]],
        "GET /v1/status": [Answers.status(Answers.session("work")), Answers.status(offline)],
      ])
    let ending = try Programs.agentctl("status", "--watch", "--json", in: place)
    let states = try ending.output.split(separator: "\n").map { line in
      try JSONValue.parse(line.utf8)["sessions"]?.array?.first?["state"]?.string
    }
    #expect(states == ["active", "offline"] && ending.status == 69)
    #expect(agent.requests.first?.line == "GET /v1/events")
  }

  @Test("status --watch on a terminal goes on until Ctrl-C")
  func watchOnTerminal() throws {
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/events": [["raw": .string(stream), "hang": true]],
        "GET /v1/status": [Answers.status(Answers.session("work"))],
      ])
    let terminal = try PseudoTerminal("status", "--watch", in: place, steps: [.expect("active"), .type("\u{3}")])
    #expect(terminal.status == 130 && terminal.echoes && agent.requests.count >= 2)
  }

  private func closed(_ streams: String, _ arguments: String...) throws -> Programs.Ending {
    try Programs.run(
      "/bin/sh", ["-c", "exec \"$0\" \"$@\" \(streams)", Programs.agentctl] + arguments, in: place,
      environment: place.environment())
  }

  @Test("takes a closed standard input as the end of input", arguments: ["<&-", "<&- >&-", "<&- >&- 2>&-"])
  func closedInput(streams: String) throws {
    let agent = try FakeAgent(place, Answers.loginScript(Answers.login(1, "password"), answers: []))
    let ending = try closed(streams, "login", "work")
    #expect(ending.status == 1 && ending.errors.contains("The input ended") != streams.contains("2>&-"))
    #expect(agent.requests.last?.line == "DELETE /v1/logins/0f")
  }

  @Test("sends nothing meant for a closed standard output to where that number leads", arguments: [">&-", "<&- >&-"])
  func closedOutput(streams: String) throws {
    let agent = try FakeAgent(
      place,
      ["GET /v1/sessions/work/token": [Answers.token()], "GET /v1/events": [["raw": .string(stream), "hang": true]]])
    #expect(try closed(streams, "token", "work").status == 1)
    #expect(try closed(streams, "events").status == 1)
    #expect(agent.requests.count == 2)
  }

  @Test("says why a result can't be written", arguments: [["token", "work"], ["status", "--json"]])
  func fullDisk(arguments: [String]) throws {
    let agent = try FakeAgent(
      place, ["GET /v1/sessions/work/token": [Answers.token()], "GET /v1/status": [Answers.status()]])
    let ending = try Programs.run(
      "/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/full", Programs.agentctl] + arguments, in: place,
      environment: place.environment())
    #expect(ending.status == 1 && ending.errors == "agentctl: The result can't be written: No space left on device.\n")
    #expect(agent.requests.count == 1)
  }

  /// As another user than root, because root owns what is readable by root alone.
  @Test("can't be read by the user's other processes", .enabled(if: geteuid() == 0, "another user takes root"))
  func notDumpable() throws {
    chmod(place.path, 0o777)
    let program = place.path + "/agentctl"
    try Programs.copy(Programs.agentctl, to: program, in: place)
    let hanging: JSONValue = ["raw": "", "hang": true]
    let agent = try FakeAgent(
      place, ["GET /v1/sessions/work/token": [hanging], "GET /v1/keystore": [hanging]], uid: 65534)
    for arguments in [["token", "work"], ["unlock"]] {
      let before = agent.requests.count
      let child = try Child(
        "/usr/bin/setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", program] + arguments,
        environment: place.environment(), output: place.path + "/out", errors: place.path + "/err")
      #expect(until { agent.requests.count > before }, "\(place.read("err"))")
      var status = stat()
      #expect(stat("/proc/\(child.pid)/mem", &status) == 0 && status.st_uid == 0)
      kill(child.pid, SIGKILL)
      #expect(child.wait() == 128 + SIGKILL)
    }
  }

  /// Waits, at most 20 s, until the condition holds.
  private func until(_ condition: () -> Bool) -> Bool {
    for _ in 0..<2000 {
      if condition() { return true }
      usleep(10_000)
    }
    return false
  }
}
