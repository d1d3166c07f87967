import ArgumentParser
import SessionAPI

/// `agentctl`.
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agentctl",
    abstract: "Sign in once; every local program gets a current token.",
    discussion: """
      agentctl speaks with session-agent, the daemon that keeps your sessions: it signs you in, shows how your \
      sessions stand, and hands out tokens that are valid now. The agent is started by need.

      To begin with a Cognito user pool:
        agentctl login us-east-1_AbCdEfGhI --client-id CLIENT --username me

      Then, in a script:
        curl -H @<(agentctl token --format header) https://api.example.org/

      SESSION is left out where there is one only, or where SESSION_AGENT_SESSION names it.

      Exit codes: 0 done, 1 other failure, 10 sign-in required, 11 keystore locked, 12 denied by policy, 13 the \
      provider refused the credentials or code, 64 wrong usage, 67 no such profile or session, 69 agent not reached, \
      75 try again later, 78 bad configuration; 128 + N ended by signal N.
      """,
    version: ProductVersion.current,
    subcommands: [],
    groupedSubcommands: [
      CommandGroup(
        name: "Sessions",
        subcommands: [
          LoginCommand.self, LogoutCommand.self, StatusCommand.self, TokenCommand.self, ClaimsCommand.self,
          RefreshCommand.self, ExplainCommand.self, EventsCommand.self,
        ]),
      CommandGroup(name: "Account", subcommands: [AccountCommand.self]),
      CommandGroup(name: "Profiles", subcommands: [ProfileCommand.self]),
      CommandGroup(
        name: "Keystore",
        subcommands: [LockCommand.self, UnlockCommand.self, KeystoreCommand.self, DoctorCommand.self]),
      CommandGroup(name: "Shell", subcommands: [CompletionsCommand.self]),
    ])
}
