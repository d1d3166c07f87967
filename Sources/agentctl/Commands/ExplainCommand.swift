import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel

/// `agentctl explain`.
struct ExplainCommand: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Tell why a session is in the state that it is in.",
    discussion: """
      Says how the session stands, what the agent does next, what you can do, and what happened: the newest entries of \
      the session's journal, which the agent keeps after sign-out too.
      """)

  @Argument(help: "The session.") var session: String?
  @Flag(help: "Print the journal as the agent has it.") var json = false

  /// How many entries a person is shown, and a program.
  private static let (shown, all) = (40, 1000)

  func run() throws {
    let client = try Agent.client()
    let choice = SessionChoice(client)
    let name = try choice.resolve(session)
    if json {
      return Output.result(
        try choice.using(name) { () throws(ClientError) in
          try client.json(SessionAgentClient.journalRequest(name, limit: ExplainCommand.all))
        })
    }
    let journal = try choice.using(name) { () throws(ClientError) in
      try client.journal(name, limit: ExplainCommand.shown)
    }
    let view = ExplainView(
      session: try ExplainCommand.session(name, client), profiles: try client.profiles(), journal: journal,
      now: Output.now(), width: Screen.current().width)
    for line in view.lines { Output.result(line) }
  }

  /// The session; nil where nobody is signed in under its name.
  private static func session(
    _ name: SessionName, _ client: SessionAgentClient
  ) throws(CommandFailure) -> SessionDocument? {
    do {
      return try client.session(name)
    } catch {
      switch error.problem?.code {
      case .signInRequired, .notFound, .badConfiguration: return nil
      case .invalidRequest, .denied, .conflict, .tooLarge, .credentialsRefused, .locked, .offline, .throttled,
        .providerError, .storageFailed, .unsupported, .internal, nil:
        throw CommandFailure(error)
      }
    }
  }
}
