import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

/// `agentctl status`.
struct StatusCommand: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the sessions: who, until when, and what is wrong.",
    discussion: """
      Ends with 0 whatever it shows. With --check it ends with the code of the session's state: active 0, sign-in \
      required 10, locked 11, offline and blocked 75.
      """)

  @Argument(help: "Only this session.") var session: String?
  @Flag(help: "Print the agent's object.") var json = false
  @Flag(help: "Show it again whenever something changes.") var watch = false
  @Flag(help: "End with the code of the session's state.") var check = false

  func validate() throws {
    if watch && check { throw ValidationError("Give --watch or --check, not both.") }
  }

  func run() throws {
    if watch { return try StatusWatch(session: session, json: json).run() }
    let client = try Agent.client()
    let reading = try StatusReading(client, session)
    if json {
      Output.result(reading.object)
    } else {
      let screen = Screen.current()
      // The status is as good without.
      let profiles = (try? client.profiles()) ?? []
      Output.result(reading.lines(profiles, width: screen.width, style: screen.style).joined(separator: "\n"))
      AccessNotice.show(profiles)
    }
    if check { throw CommandFailure.code(try reading.exitCode(SessionChoice(client), given: session)) }
  }
}

/// The status at one moment, of all sessions or of one.
struct StatusReading {
  /// The agent's object.
  let object: JSONValue
  /// The same as values.
  let status: StatusDocument
  /// Why the keystore is not open, where it can't be used or is locked.
  let keystoreTrouble: String?

  /// Asks the agent. A session that does not exist is a failure.
  init(_ client: SessionAgentClient, _ session: String?) throws {
    var object = try client.json(HTTPRequest("GET", "status"))
    if let session {
      guard let name = Name(session) else { throw SessionChoice.noName(session) }
      object = StatusReading.only(name, object)
      if object["sessions"]?.array?.isEmpty != false {
        _ = try SessionChoice(client).using(name) { () throws(ClientError) in try client.session(name) }
      }
    }
    self.object = object
    do {
      status = try StatusDocument(json: object)
    } catch {
      throw ClientError.malformedAnswer("\(error)")
    }
    let state = status.agent.keystore.state
    switch state {
    case .unlocked, .uninitialized: keystoreTrouble = nil
    case .locked, .unavailable, .damaged:
      let keystore = try? client.keystore()
      keystoreTrouble = keystore?.state == state ? keystore?.lastError?.message : nil
    }
  }

  /// The object with one session, and what is owed of it, only.
  static func only(_ name: SessionName, _ object: JSONValue) -> JSONValue {
    let keys = ["sessions": "name", "pending": "session"]
    return .object(
      (object.object ?? []).map { member in
        guard let key = keys[member.name], let rows = member.value.array else { return member }
        return JSONMember(member.name, .array(rows.filter { $0[key]?.string == name.rawValue }))
      })
  }

  /// Whether the advice is more exact with the profiles at hand.
  var wantsProfiles: Bool {
    status.sessions.isEmpty || status.sessions.contains(where: SessionWords.isMendedInProfile)
  }

  /// As a person reads it.
  func lines(_ profiles: [ProfileDocument], width: Int?, style: Style) -> [String] {
    var view = StatusView(status: status, now: Output.now(), width: width, style: style)
    view.profiles = profiles
    view.keystoreTrouble = keystoreTrouble
    if status.sessions.isEmpty { view.hint = SessionChoice.howToBegin(profiles: profiles) }
    return view.lines
  }

  /// The code of the state of the session meant.
  func exitCode(_ choice: SessionChoice, given: String?) throws -> Int32 {
    if given == nil, status.sessions.isEmpty, choice.environment["SESSION_AGENT_SESSION"] == nil {
      switch status.agent.keystore.state {
      case .unlocked, .uninitialized: return 10
      case .locked, .unavailable: return 11
      case .damaged: return ProblemCode.storageFailed.exitCode(retryable: true)
      }
    }
    let name = try choice.resolve(given)
    if let session = status.sessions.first(where: { $0.name == name }) { return SessionWords.exitCode(session.state) }
    return SessionWords.exitCode(
      try choice.using(name) { () throws(ClientError) in try choice.client.session(name) }.state)
  }
}
