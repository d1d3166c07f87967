import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel

/// `agentctl logout`.
struct LogoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout", abstract: "Sign out: no token can be had from the agent any more.",
    discussion: """
      It works without network too: the refresh token is then revoked at the provider as soon as that can be reached. \
      --everywhere also ends the sign-ins on other devices, now or not at all.
      """)

  @Argument(help: "The session.") var session: String?
  @Flag(help: "Every session.") var all = false
  @Flag(help: "On all devices (Cognito's GlobalSignOut).") var everywhere = false

  func validate() throws {
    if all && session != nil { throw ValidationError("Give a session or --all, not both.") }
  }

  func run() throws {
    let client = try Agent.client(waitingFor: "the provider")
    let choice = SessionChoice(client)
    let names = all ? try client.sessions().map(\.name) : [try choice.resolve(session)]
    if names.isEmpty { Output.result("Nobody is signed in.") }
    var exitCode: Int32 = 0
    for (name, outcome) in client.signOut(names, everywhere: everywhere) {
      do {
        let answer = try choice.using(name) { () throws(ClientError) in try outcome.get() }
        Output.result(LogoutCommand.words(answer, waitsForKey: answer.revocation == .queued && isClosed(client)))
        if answer.everywhere == .notDone { exitCode = 75 }
      } catch let failure as CommandFailure where all {
        // The others are signed out all the same.
        failure.report(json: false)
        exitCode = failure.exitCode
      }
    }
    if exitCode != 0 { throw CommandFailure.code(exitCode) }
  }

  /// Whether what is owed waits for the keystore too.
  private func isClosed(_ client: SessionAgentClient) -> Bool {
    // The sign-out is done, whether or not this can be asked.
    (try? client.status()).map { $0.agent.keystore.state != .unlocked } ?? false
  }

  /// What became of it.
  static func words(_ answer: SignOutDocument, waitsForKey: Bool) -> String {
    let revocation =
      switch answer.revocation {
      case .done: "the provider has revoked the refresh token"
      case .queued where waitsForKey:
        "the refresh token will be revoked once the keystore is unlocked and the provider can be reached"
      case .queued: "the refresh token will be revoked once the provider can be reached"
      case .unsupported: "the provider has no way to revoke the refresh token"
      case .none: "there was nothing to revoke"
      }
    let everywhere =
      switch answer.everywhere {
      case .done: " All other devices are signed out."
      case .notDone: " The other devices could NOT be signed out now; run the command again after the next sign-in."
      case nil: ""
      }
    return "Signed out of \(answer.session); \(revocation).\(everywhere)"
  }
}
