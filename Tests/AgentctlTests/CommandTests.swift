import Foundation
import Testing
import WireJSON

@Suite("agentctl's other commands")
struct CommandTests {
  private let place: Place
  init() throws { place = try Place() }

  @Test("status shows who, how and what to do, and ends with 0")
  func status() throws {
    let ended = Answers.session("old", state: "sign_in_required", username: "v")
    let agent = try FakeAgent(place, ["GET /v1/status": [Answers.status(Answers.session("work"), ended)]])
    let ending = try Programs.agentctl("status", in: place)
    #expect(ending.status == 0)
    for text in ["work", "active", "old", "sign-in required", "agentctl login old"] {
      #expect(ending.output.contains(text), "\(text)")
    }
    let json = try JSONValue.parse(try Programs.agentctl("status", "--json", in: place).output.utf8)
    #expect(json == Answers.status(Answers.session("work"), ended)["body"])
    let one = try JSONValue.parse(try Programs.agentctl("status", "old", "--json", in: place).output.utf8)
    #expect(one["sessions"] == [ended] && one["agent"] == json["agent"])
    #expect(agent.requests.count == 4)
  }

  @Test(
    "status --check ends with the code of the session's state",
    arguments: [("active", 0), ("sign_in_required", 10), ("locked", 11), ("offline", 75), ("blocked", 75)]
      as [(String, Int32)])
  func check(state: String, exit: Int32) throws {
    let session = Answers.session("work", state: state)
    let agent = try FakeAgent(
      place,
      ["GET /v1/status": [Answers.status(session)], "GET /v1/sessions": [Answers.ok(["sessions": [session]])]])
    #expect(try Programs.agentctl("status", "--check", in: place).status == exit)
    #expect(try Programs.agentctl("status", "work", "--check", in: place).status == exit)
    #expect(!agent.requests.isEmpty)
  }

  @Test("status of nothing says how to begin; of an unknown name it ends with 67")
  func empty() throws {
    let agent = try FakeAgent(
      place, ["GET /v1/status": [Answers.status()], "GET /v1/profiles": [Answers.profiles("work")]])
    let ending = try Programs.agentctl("status", in: place)
    #expect(ending.status == 0 && ending.output.contains("agentctl login work"))
    #expect(try Programs.agentctl("status", "--check", in: place).status == 10)
    let unknown = try Programs.agentctl("status", "nosuch", "--json", in: place)
    #expect(unknown.status == 67 && unknown.output.isEmpty)
    #expect(try JSONValue.parse(unknown.errors.utf8)["code"]?.string == "not_found")
    #expect(!agent.requests.isEmpty)
  }

  @Test("no text of a provider reaches a terminal with its control characters")
  func controlCharacters() throws {
    let session = Answers.session("work", username: "\u{1B}]0;evil\u{7}u\u{202E}")
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/status": [Answers.status(session)],
        "GET /v1/sessions/work/token": [Answers.problem(503, "offline", "\u{1B}[2Jgone\nnext")],
      ])
    let output = try Programs.agentctl("status", in: place).output
    #expect(!output.contains("\u{1B}") && !output.contains("\u{202E}") && output.contains("evil"))
    #expect(try Programs.agentctl("token", "work", in: place).errors == "agentctl: \u{FFFD}[2Jgone next\n")
    #expect(agent.requests.count == 3)
  }

  @Test("logout says what became of it; what could not be done everywhere ends with 75")
  func logout() throws {
    func answer(_ revocation: String, _ everywhere: JSONValue) -> JSONValue {
      Answers.ok(["session": "work", "revocation": .string(revocation), "everywhere": everywhere])
    }
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/sessions": [Answers.sessions("work")],
        "DELETE /v1/sessions/work": [answer("done", nil), answer("queued", "not_done"), answer("queued", nil)],
      ])
    #expect(try Programs.agentctl("logout", "work", in: place).output.contains("revoked"))
    let everywhere = try Programs.agentctl("logout", "--everywhere", in: place)
    #expect(everywhere.status == 75 && everywhere.output.contains("NOT"))
    #expect(try Programs.agentctl("logout", "--all", in: place).status == 0)
    #expect(agent.requests.contains { $0.line == "DELETE /v1/sessions/work?everywhere=true" })
    #expect(try Programs.agentctl("logout", "work", "--all", in: place).status == 64)
  }

  @Test("claims are shown with times in words, or as the agent's object")
  func claims() throws {
    let body: JSONValue = [
      "session": "work", "type": "id", "claims": ["sub": "s", "exp": 0, "groups": ["a"]],
      "expires_at": "1970-01-01T00:00:00Z", "expired": true, "generation": 1,
    ]
    let agent = try FakeAgent(place, ["GET /v1/sessions/work/claims": [Answers.ok(body)]])
    let ending = try Programs.agentctl("claims", "work", "--type", "id", in: place)
    #expect(ending.output.contains("sub     s\n") && ending.output.contains("1970-01-01T00:00:00Z ("))
    #expect(ending.output.contains("groups  [\"a\"]"))
    let object = try Programs.agentctl("claims", "work", "--type", "id", "--json", in: place).output
    #expect(try JSONValue.parse(object.utf8) == body)
    #expect(agent.requests.allSatisfy { $0.line == "GET /v1/sessions/work/claims?type=id" })
  }

  @Test("refresh says the new generation; --force is passed on")
  func refresh() throws {
    let agent = try FakeAgent(place, ["POST /v1/sessions/work/refresh": [Answers.ok(Answers.session("work"))]])
    #expect(try Programs.agentctl("refresh", "work", "--force", in: place).output.contains("generation 3"))
    #expect(agent.requests.map(\.line) == ["POST /v1/sessions/work/refresh?force=true"])
  }

  @Test("explain tells how a session stands and what happened, or prints the journal as it is")
  func explain() throws {
    let entry: JSONValue = [
      "seq": 7, "at": "2026-11-22T20:00:00Z", "event": "refresh_failed", "from": "active", "to": "offline",
      "generation": 3, "attempt": 2, "next_attempt_at": nil,
      "cause": [
        "kind": "network", "code": "offline", "reason": nil, "http_status": nil, "provider_code": nil,
        "request_id": nil, "detail": "No route.",
      ], "message": "The refresh failed. No route.",
    ]
    let body: JSONValue = ["session": "work", "entries": [entry], "truncated": true]
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/sessions/work/journal": [Answers.ok(body)],
        "GET /v1/sessions/work": [Answers.ok(Answers.session("work"))],
        "GET /v1/profiles": [Answers.ok(["profiles": []])],
      ])
    let ending = try Programs.agentctl("explain", "work", in: place)
    #expect(ending.status == 0 && ending.output.contains("What happened last:"))
    #expect(ending.output.contains("The refresh failed. No route."))
    let object = try Programs.agentctl("explain", "work", "--json", in: place).output
    #expect(try JSONValue.parse(object.utf8) == body)
    #expect(agent.requests.last?.line == "GET /v1/sessions/work/journal?limit=1000")
  }

  @Test("events prints each event's object on a line and skips what keeps the connection alive")
  func events() throws {
    let stream =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
      + ": hello\n\nid: 1\nevent: snapshot\ndata: {\"a\":1}\n\nid: 2\nevent: reset\ndata: {\"b\":2}\n\n"
    let agent = try FakeAgent(place, ["GET /v1/events": [["raw": .string(stream)]]])
    let ending = try Programs.agentctl("events", "--session", "work", "--audit", in: place)
    #expect(ending.output == "{\"a\":1}\n{\"b\":2}\n" && ending.status == 69)
    #expect(agent.requests.map(\.line) == ["GET /v1/events?session=work&audit=true"])
    #expect(agent.requests.first?.headers["accept"]?.string == "text/event-stream")
  }

  @Test("unlock tries what needs nobody first, then takes the passphrase once from a pipe")
  func unlock() throws {
    let script = [
      "GET /v1/keystore": [
        Answers.keystore("uninitialized"), Answers.keystore("uninitialized"), Answers.keystore("unlocked"),
      ],
      "POST /v1/unlock": [Answers.problem(423, "locked", "No source opens it."), Answers.keystore("unlocked")],
    ]
    let agent = try FakeAgent(place, script)
    let ending = try Programs.agentctl("unlock", input: "horse\n", in: place)
    #expect(ending.status == 0 && ending.output.contains("passphrase"))
    #expect(!(ending.output + ending.errors).contains("horse"))
    #expect(agent.requests.filter { $0.line.hasPrefix("POST") }.map(\.body) == [[:], ["passphrase": "horse"]])
  }

  @Test("unlock ends with 13 where the passphrase is wrong, and with 11 where none would help")
  func unlockRefused() throws {
    let slot: JSONValue = [
      "source": "passphrase", "created_at": "2026-11-22T20:00:00Z", "state": "locked", "asks": "passphrase",
      "detail": nil,
    ]
    let again = [JSONMember("retry_after_seconds", 1)]
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/keystore": [
          Answers.keystore("locked", slots: [slot]), Answers.keystore("locked", slots: [slot]),
          Answers.keystore("locked"),
        ],
        "POST /v1/unlock": [
          Answers.problem(423, "locked", "x"), Answers.problem(422, "credentials_refused", "Wrong passphrase.", again),
          Answers.problem(423, "locked", "x"),
        ],
      ])
    let wrong = try Programs.agentctl("unlock", input: "no\n", in: place)
    #expect(wrong.status == 13 && wrong.errors.contains("Wrong passphrase."))
    #expect(try Programs.agentctl("unlock", input: "no\n", in: place).status == 11)
    #expect(agent.requests.filter { $0.line.hasPrefix("POST") }.count == 3)
  }

  @Test("unlock without a terminal or a line has the agent's pinentry ask, where there is a display or terminal for it")
  func unlockByPinentry() throws {
    let script = [
      "GET /v1/keystore": [Answers.keystore("uninitialized")],
      "POST /v1/unlock": [Answers.problem(423, "locked", "No source opens it."), Answers.keystore("unlocked")],
    ]
    let variables = [
      "DISPLAY": ":7", "XAUTHORITY": "/tmp/x", "GPG_TTY": "/dev/pts/9", "LC_ALL": "C.UTF-8", "WAYLAND_DISPLAY": "w",
    ]
    let agent = try FakeAgent(place, script)
    let ending = try Programs.run(
      Programs.agentctl, ["unlock"], input: "", in: place, environment: place.environment(variables))
    #expect(ending.status == 0, "\(ending)")
    let expected: JSONValue = [
      "pinentry": [
        "display": ":7", "wayland_display": "w", "xauthority": "/tmp/x", "ttyname": "/dev/pts/9",
        "ttytype": "xterm-256color", "lc_ctype": "C.UTF-8",
      ]
    ]
    #expect(agent.requests.filter { $0.line.hasPrefix("POST") }.map(\.body) == [[:], expected])
  }

  @Test("unlock without anything to ask on is a failure that says so")
  func unlockNowhere() throws {
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/keystore": [Answers.keystore("uninitialized")],
        "POST /v1/unlock": [Answers.problem(423, "locked", "No source opens it.")],
      ])
    let ending = try Programs.run(
      Programs.agentctl, ["unlock"], input: "", in: place, environment: place.environment(["GPG_TTY": "not a tty"]))
    #expect(ending.status == 1 && ending.errors.contains("input ended"), "\(ending)")
    #expect(agent.requests.filter { $0.line.hasPrefix("POST") }.count == 1)
  }

  @Test("profile add writes its keys; the client secret comes from a file or pipe and is never shown")
  func profileAdd() throws {
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/profiles": [Answers.profiles()],
        "PUT /v1/profiles/work": [Answers.ok(["name": "work", "provider": "cognito"], status: 201)],
      ])
    let arguments = [
      "profile", "add", "work", "--user-pool-id", "us-east-1_x", "--client-id", "c", "--client-secret-file", "-",
      "--scope", "openid", "--set", "refresh_token_days=30", "--set",
      "redirect_uris=http://127.0.0.1:1/,http://[::1]:2/",
      "--set", "access.tokens=access",
    ]
    let ending = try Programs.run(
      Programs.agentctl, arguments, input: "hunter2\n", in: place, environment: place.environment())
    #expect(ending.status == 0 && !(ending.output + ending.errors).contains("hunter2"))
    let expected: JSONValue = [
      "provider": "cognito", "refresh_token_days": 30, "user_pool_id": "us-east-1_x", "client_id": "c",
      "scopes": ["openid"], "redirect_uris": ["http://127.0.0.1:1/", "http://[::1]:2/"],
      "access": ["tokens": ["access"]], "client_secret": "hunter2",
    ]
    #expect(agent.requests.last?.body == expected)
  }

  @Test(
    "profile add refuses what is wrong with 64, and a secret in an argument",
    arguments: [
      [], ["--user-pool-id", "p"], ["--client-id", "c"], ["--user-pool-id", "p", "--issuer", "i", "--client-id", "c"],
      ["--user-pool-id", "p", "--client-id", "c", "--set", "no_such_key=1"],
      ["--user-pool-id", "p", "--client-id", "c", "--set", "client_secret=x"],
      ["--user-pool-id", "p", "--client-id", "c", "--set", "refresh=sometimes"],
      ["--user-pool-id", "p", "--client-id", "c", "--client-secret-file", "/nonexistent"],
    ])
  func profileUsage(arguments: [String]) throws {
    let ending = try Programs.run(
      Programs.agentctl, ["profile", "add", "x"] + arguments, in: place, environment: place.environment())
    #expect(ending.status == 64 && ending.output.isEmpty)
  }

  @Test("profile list, show and remove; what is not there ends with 67")
  func profiles() throws {
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/profiles": [Answers.profiles("work")], "GET /v1/profiles/work": [Answers.ok(["provider": "oidc"])],
        "DELETE /v1/profiles/work": [Answers.noContent],
      ])
    #expect(try Programs.agentctl("profile", "list", in: place).output.contains("work"))
    #expect(try Programs.agentctl("profile", "show", "work", in: place).output == "provider = \"oidc\"\n")
    #expect(try Programs.agentctl("profile", "remove", "work", in: place).status == 0)
    #expect(try Programs.agentctl("profile", "show", "nosuch", in: place).status == 67)
    #expect(try Programs.agentctl("profile", "remove", "nosuch", in: place).status == 67)
    #expect(agent.requests.count == 5)
  }

  @Test("a wrong use with --json is a problem object", arguments: [["claims", "--type", "x"], ["status", "--bogus"]])
  func usageInJSON(arguments: [String]) throws {
    let ending = try Programs.run(
      Programs.agentctl, arguments + ["--json"], in: place, environment: place.environment())
    let object = try JSONValue.parse(ending.errors.utf8)
    #expect(ending.status == 64 && ending.output.isEmpty && object["code"]?.string == "invalid_request")
    #expect(object["detail"]?.string?.contains(arguments.count == 3 ? "x" : "--bogus") == true)
  }

  @Test("profile list shows a profile whose file is bad, with what is wrong with it")
  func badProfile() throws {
    let bad: JSONValue = ["name": "bad", "source": "user", "error": "/p/bad.toml:3: no value. Correct the file."]
    let agent = try FakeAgent(
      place, ["GET /v1/profiles": [Answers.ok(["profiles": [bad]])], "GET /v1/status": [Answers.status()]])
    let ending = try Programs.agentctl("profile", "list", in: place)
    #expect(ending.status == 0 && ending.output.contains("bad      bad file") && ending.output.contains("user"))
    #expect(ending.errors == "bad: /p/bad.toml:3: no value. Correct the file.\n")
    #expect(try Programs.agentctl("status", in: place).output.contains("agentctl profile list"))
    #expect(agent.requests.count == 3)
  }

  @Test("status shows the command that sets a client secret anew and keeps the profile's other keys")
  func clientSecret() throws {
    var members = Answers.session("work", state: "blocked").object ?? []
    members.removeAll { $0.name == "reason" }
    members.append(JSONMember("reason", "client_credentials_wrong"))
    let profile: JSONValue = [
      "name": "work", "provider": "cognito", "user_pool_id": "us-east-1_x", "client_id": "c", "has_client_secret": true,
    ]
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/status": [Answers.status(.object(members))], "GET /v1/profiles": [Answers.ok(["profiles": [profile]])],
      ])
    let command = "agentctl profile add work --user-pool-id us-east-1_x --client-id c --client-secret-file FILE"
    #expect(try Programs.agentctl("status", in: place).output.contains(command))
    #expect(agent.requests.count == 2)
  }

  @Test("an access policy that is not held to yet is named by profile add, profile list and status")
  func accessPolicy() throws {
    let profile: JSONValue = ["name": "work", "provider": "cognito", "access": ["allow": ["/usr/bin/foo"]]]
    let agent = try FakeAgent(
      place,
      [
        "GET /v1/status": [Answers.status(Answers.session("work"))],
        "GET /v1/profiles": [Answers.ok(["profiles": [profile]])],
        "PUT /v1/profiles/work": [Answers.ok(profile)],
      ])
    let add = ["profile", "add", "work", "--user-pool-id", "us-east-1_x", "--client-id", "c"]
    for arguments in [add, ["profile", "list"], ["status"]] {
      let ending = try Programs.run(Programs.agentctl, arguments, in: place, environment: place.environment())
      #expect(ending.status == 0)
      #expect(
        ending.errors == "agentctl: Profile work: [access] is not enforced yet; "
          + "every program of yours gets its tokens.\n")
    }
    #expect(agent.requests.count == 5)
  }

  @Test("without arguments, and with --help, shows the commands; --version the version; completions a script")
  func help() throws {
    for arguments in [[], ["--help"], ["help"]] {
      let ending = try Programs.run(Programs.agentctl, arguments, in: place, environment: place.environment())
      #expect(ending.status == 0 && ending.output.contains("login") && ending.output.contains("Exit codes"))
    }
    #expect(try Programs.agentctl("--version", in: place).output == "0.1.0\n")
    for shell in ["bash", "zsh", "fish"] {
      #expect(try Programs.agentctl("completions", shell, in: place).output.contains("agentctl"))
    }
    #expect(try Programs.agentctl("nosuch", in: place).status == 64)
  }
}
