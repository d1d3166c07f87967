import ArgumentParser
import SessionAgentClient
import SessionModel

/// `agentctl events`.
struct EventsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Follow what happens, one JSON object a line.",
    discussion: "The first line is a snapshot of the status. No event holds a secret.")

  @Option(help: "Only what concerns this session.") var session: String?
  @Flag(help: "Also which programs got tokens.") var audit = false

  func run() throws {
    let interrupts = try Interrupts()
    let client = try Agent.client(interrupts: interrupts)
    var name: SessionName?
    if let session {
      guard let parsed = Name(session) else { throw SessionChoice.noName(session) }
      name = parsed
    }
    try interrupts.guarding {
      var events = try client.events(session: name, audit: audit)
      while let event = try events.next() { Output.result(event.data) }
      throw CommandFailure.streamEnded
    }
  }
}
