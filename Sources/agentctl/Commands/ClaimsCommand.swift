import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

/// `agentctl claims`.
struct ClaimsCommand: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    commandName: "claims", abstract: "Show who is signed in: a token's validated claims.",
    discussion: "Claims are shown after the token has expired too; they tell who, but open nothing.")

  @Argument(help: "The session.") var session: String?
  @Option(help: "Of which token: access or id.") var type: TokenType = .access
  @Flag(help: "Print the agent's object.") var json = false

  func run() throws {
    let client = try Agent.client()
    let choice = SessionChoice(client)
    let name = try choice.resolve(session)
    let answer = try choice.using(name) { () throws(ClientError) in
      try client.json(SessionAgentClient.claimsRequest(name, type))
    }
    Output.result(answer, json: json) { (document: ClaimsDocument) in
      for line in ClaimsCommand.lines(document, now: Output.now()) { Output.result(line) }
    }
  }

  /// One line a claim; times also in words.
  static func lines(_ document: ClaimsDocument, now: Timestamp) -> [String] {
    let members = document.claims.object ?? []
    let width = members.reduce(0) { max($0, Visible.width($1.name)) }
    return members.map { member in
      let gap = String(repeating: " ", count: width - Visible.width(member.name) + 2)
      return Visible.text(member.name) + gap + Visible.text(value(member, now: now))
    }
  }

  private static func value(_ member: JSONMember, now: Timestamp) -> String {
    if ["exp", "iat", "nbf", "auth_time"].contains(member.name), let seconds = member.value.integer {
      return RelativeTime.full(Timestamp(seconds: seconds), from: now)
    }
    return member.value.string ?? member.value.text
  }
}
