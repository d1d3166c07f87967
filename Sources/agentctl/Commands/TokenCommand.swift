public import ArgumentParser
import SessionAgentClient
public import SessionModel

/// `agentctl token`, where its arguments are not the simple ones that `FastToken` reads.
struct TokenCommand: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Print a current token.",
    discussion: """
      The token is valid now: the agent renews it before it expires. With --min-ttl one that still lives at least \
      that long is preferred. Don't put a token into an argument list, which every user of the machine can read:
        curl -H @<(agentctl token --format header) https://api.example.org/
      """)

  @Argument(help: "The session.") var session: String?
  @Option(help: "Which token: access or id.") var type: TokenType = .access
  @Option(name: .customLong("min-ttl"), help: ArgumentHelp("How long it should still live.", valueName: "seconds"))
  var minimumLife: Int?
  @Option(name: .customLong("scope"), help: "A scope to ask for (OIDC); may be given several times.")
  var scopes: [String] = []
  @Option(help: "An audience to ask for (OIDC).") var audience: String?
  @Option(help: "raw, json or header (an Authorization header field).") var format: TokenOptions.Format = .raw
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Print a DPoP proof for a request, with its token.", valueName: "method> <url"))
  var dpop: [String] = []

  var json: Bool { format == .json }

  func validate() throws {
    if let minimumLife, minimumLife < 0 { throw ValidationError("--min-ttl takes seconds from 0.") }
    if !dpop.isEmpty && dpop.count != 2 {
      throw ValidationError("--dpop takes a method and a URL: --dpop GET https://…")
    }
  }

  func run() throws {
    var options = TokenOptions()
    options.session = session
    options.request.type = type
    options.request.minimumLife = minimumLife
    options.request.scopes = scopes
    options.request.audience = audience
    options.format = format
    if dpop.count == 2 { options.dpop = (dpop[0], dpop[1]) }
    try options.run()
  }
}

extension TokenType: ExpressibleByArgument {}
extension TokenOptions.Format: ExpressibleByArgument {}
