import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel

extension AccountCommand {
  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Delete the account for ever; asks for its name.")

    @Argument(help: "The session.") var session: String?

    func run() throws {
      try AccountDialogue.run { dialogue in
        let name = try dialogue.session(session)
        let document = try dialogue.using(name) { () throws(ClientError) in try dialogue.client.session(name) }
        let username = document.username ?? document.subject ?? ""
        dialogue.prompter.terminal?.show(
          Visible.text("The account \(username) will be deleted for ever. There is no way back."))
        let typed = try dialogue.once { try dialogue.prompter.text("Its name, to delete it: ") }
        guard typed == username else {
          throw CommandFailure.usage("That is not the account's name. Nothing was deleted.")
        }
        try dialogue.using(name) { () throws(ClientError) in
          try dialogue.client.deleteAccount(name, username: typed)
        }
        Output.result(Visible.text("The account \(username) is deleted, and session \(name) is gone."))
      }
    }
  }
}
