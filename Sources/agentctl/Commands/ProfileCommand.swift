import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

/// `agentctl profile`.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "How to reach a provider: add, list, show, remove.",
    discussion: "A profile holds no secrets; a client secret goes into the keystore.",
    subcommands: [Add.self, List.self, Show.self, Remove.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a profile, or write it anew.",
      discussion: """
        A user pool:        agentctl profile add work --user-pool-id us-east-1_AbCdEfGhI --client-id CLIENT
        An OpenID provider: agentctl profile add idp --issuer https://idp.example.org --client-id CLIENT
        """)

    @Argument(help: "The profile's name.") var name: String
    @Option(name: .customLong("user-pool-id"), help: "The Cognito user pool's id.") var userPoolID: String?
    @Option(help: ArgumentHelp("The OpenID provider's issuer.", valueName: "url")) var issuer: String?
    @OptionGroup var options: ProfileOptions

    func validate() throws {
      if (userPoolID == nil) == (issuer == nil) { throw ValidationError("Give --user-pool-id or --issuer.") }
      if options.clientID == nil { throw ValidationError("Give --client-id.") }
    }

    func run() throws {
      guard let name = Name(name) else { throw SessionChoice.noName(name) }
      let profile = try options.document(userPoolID: userPoolID, issuer: issuer)
      let client = try Agent.client()
      let isNew = try !client.profiles().contains { $0.name == name }
      let written = try client.setProfile(name, profile)
      Output.result(isNew ? "Added \(name). To sign in: agentctl login \(name)" : "Wrote \(name) anew.")
      AccessNotice.show([written])
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the profiles.")

    func run() throws {
      let profiles = try Agent.client().profiles()
      guard !profiles.isEmpty else {
        return Output.error("There are no profiles. To begin: agentctl login POOL_ID --client-id CLIENT")
      }
      let screen = Screen.current()
      let lines = ProfileCommand.table(profiles).lines(width: screen.width, style: screen.style)
      Output.result(lines.joined(separator: "\n"))
      for profile in profiles {
        guard let name = profile.name, let error = profile.error else { continue }
        Output.error(Visible.text("\(name): \(error)"))
      }
      AccessNotice.show(profiles)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a profile.")

    @Argument(help: "The profile's name.") var name: String

    func run() throws {
      guard let name = Name(name) else { throw SessionChoice.noName(name) }
      let profile = try ProfileCommand.find(name) { client throws(ClientError) in try client.profile(name) }
      for member in profile.json.object ?? [] {
        Output.result(Visible.text("\(member.name) = \(member.value.text)"))
      }
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove a profile that no session uses.")

    @Argument(help: "The profile's name.") var name: String

    func run() throws {
      guard let name = Name(name) else { throw SessionChoice.noName(name) }
      try ProfileCommand.find(name) { client throws(ClientError) in try client.removeProfile(name) }
      Output.result("Removed \(name).")
    }
  }

  static func table(_ profiles: [ProfileDocument]) -> Table {
    var table = Table([
      .init("PROFILE", shrinks: true), .init("PROVIDER", drops: 1), .init("POOL OR ISSUER", shrinks: true),
      .init("CLIENT", shrinks: true, drops: 2), .init("FROM", drops: 3),
    ])
    table.rows = profiles.map { profile in
      [
        .init(profile.name?.rawValue ?? ""),
        profile.error == nil ? .init(profile.string(.provider) ?? "") : .init("bad file", .bad),
        .init(profile.string(.userPoolID) ?? profile.string(.issuer) ?? ""), .init(profile.string(.clientID) ?? ""),
        .init(profile.source?.rawValue ?? ""),
      ]
    }
    return table
  }

  private static func find<Result>(
    _ name: ProfileName, _ body: (SessionAgentClient) throws(ClientError) -> Result
  ) throws -> Result {
    do {
      return try body(Agent.client())
    } catch {
      guard error.problem?.code == .notFound else { throw error }
      throw noSuch(name.rawValue)
    }
  }

  static func noSuch(_ name: String) -> CommandFailure {
    CommandFailure(Problem(.notFound, "There is no profile \"\(name)\". See: agentctl profile list"))
  }
}
