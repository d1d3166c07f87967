import SessionAPI
import SessionAgentClient
import SessionModel

/// Which session a command is about.
struct SessionChoice {
  let client: SessionAgentClient
  let environment: Environment

  init(_ client: SessionAgentClient, _ environment: Environment = .process) {
    self.client = client
    self.environment = environment
  }

  /// The one given, else `SESSION_AGENT_SESSION`, else the only one there is.
  func resolve(_ given: String?) throws -> SessionName {
    if let text = given ?? environment["SESSION_AGENT_SESSION"] {
      guard let name = Name(text) else { throw SessionChoice.noName(text) }
      return name
    }
    let sessions = try client.sessions()
    guard let first = sessions.first else {
      // A store that can't be opened may well have sessions.
      try KeystoreOpening.expectReadable(try client.keystore())
      throw SessionChoice.nobody(profiles: try client.profiles())
    }
    guard sessions.count == 1 else {
      let names = sessions.map(\.name.rawValue).joined(separator: ", ")
      throw CommandFailure.usage(
        "There are several sessions: \(names). Name one, or set SESSION_AGENT_SESSION.")
    }
    return first.name
  }

  /// Does something with a session; where the agent doesn't know it, says whether it is a profile that nobody is
  /// signed in to, or nothing at all.
  func using<Result>(_ name: SessionName, _ body: () throws(ClientError) -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw explain(error, name)
    }
  }

  /// What an error of a request about that session means.
  func explain(_ error: ClientError, _ name: SessionName) -> CommandFailure {
    // What the provider does not find is something of the account's, not the session.
    guard let problem = error.problem, problem.code == .notFound, problem.provider == nil else {
      return CommandFailure(error)
    }
    guard !exists({ () throws(ClientError) in _ = try client.session(name) }) else {
      // The session is there: what is missing is the way to do this with it.
      return CommandFailure(Problem(.unsupported, "This agent can't do that: \(problem.detail)", session: name))
    }
    guard exists({ () throws(ClientError) in _ = try client.profile(name) }) else {
      return SessionChoice.unknown(name.rawValue)
    }
    return CommandFailure(
      Problem(.signInRequired, "Nobody is signed in to \(name). Run: agentctl login \(name)", session: name))
  }

  private func exists(_ request: () throws(ClientError) -> Void) -> Bool {
    do {
      try request()
      return true
    } catch {
      return error.problem?.code != .notFound
    }
  }

  /// It can't be a name at all.
  static func noName(_ text: String) -> CommandFailure {
    .usage("\"\(text)\" is no name: 1 to 64 of A-Z a-z 0-9 . _ - that start with a letter or digit.")
  }

  /// It is neither a session nor a profile.
  static func unknown(_ name: String) -> CommandFailure {
    CommandFailure(
      Problem(.notFound, "There is no session and no profile \"\(name)\". See: agentctl status, agentctl profile list"))
  }

  /// Nobody is signed in to anything.
  static func nobody(profiles: [ProfileDocument]) -> CommandFailure {
    CommandFailure(Problem(.signInRequired, howToBegin(profiles: profiles)))
  }

  /// The hint for an agent without sessions.
  static func howToBegin(profiles: [ProfileDocument]) -> String {
    let names = profiles.filter { $0.error == nil }.compactMap(\.name?.rawValue)
    switch names.count {
    case 0 where !profiles.isEmpty:
      return "Nobody is signed in, and no profile can be used. See why: agentctl profile list"
    case 0: return "Nobody is signed in. To begin: agentctl login POOL_ID --client-id CLIENT"
    case 1: return "Nobody is signed in. Run: agentctl login \(names[0])"
    default:
      let others = names.dropFirst().joined(separator: ", ")
      return "Nobody is signed in. Run: agentctl login \(names[0]) (or with another profile: \(others))"
    }
  }
}
