import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel

/// `agentctl refresh`.
struct RefreshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refresh", abstract: "Renew a session's tokens now.",
    discussion: """
      The agent does this by itself before they expire. --force also sends a refresh token that the agent holds back \
      because the keystore is older than it should be (a restored copy).
      """)

  @Argument(help: "The session.") var session: String?
  @Flag(help: "Also where the agent holds the refresh token back.") var force = false

  func run() throws {
    let client = try Agent.client(waitingFor: "the provider")
    let choice = SessionChoice(client)
    let name = try choice.resolve(session)
    let session = try choice.using(name) { () throws(ClientError) in try client.refresh(name, force: force) }
    let expiry = SessionWords.expiry(session, now: Output.now()).map { "; the access token expires \($0)" }
    Output.result("Refreshed \(name): generation \(session.generation)\(expiry ?? "").")
  }
}
