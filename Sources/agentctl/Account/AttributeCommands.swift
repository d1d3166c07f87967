import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

extension AccountCommand {
  struct Attributes: ParsableCommand, JSONCommand {
    static let configuration = CommandConfiguration(
      commandName: "attributes", abstract: "Show or change the account's attributes.")

    @Argument(help: "The session.") var session: String?
    @Option(
      name: .customLong("set"), help: ArgumentHelp("Set one; may be given several times.", valueName: "name=value"))
    var changes: [String] = []
    @Option(
      name: .customLong("remove"), help: ArgumentHelp("Remove one; may be given several times.", valueName: "name"))
    var removals: [String] = []
    @Flag(help: "Print the agent's object.") var json = false

    func run() throws {
      let changes = AttributeChangesDocument(set: try AccountWords.pairs("--set", changes), remove: removals)
      try AccountDialogue.run { dialogue in
        let name = try dialogue.session(session)
        if changes.set.isEmpty && changes.remove.isEmpty { return try show(name, dialogue) }
        let request = SessionAgentClient.account("PATCH", name, "attributes").sending(changes.json)
        let answer = try dialogue.using(name) { () throws(ClientError) in try dialogue.client.json(request) }
        Output.result(answer, json: json) { (document: DeliveriesDocument) in
          Output.result(
            document.deliveries.isEmpty
              ? "The attributes are changed."
              : "The attributes are changed; in some pools an address that a code goes to only once it is verified.")
          for delivery in document.deliveries { Output.result(Visible.text(Attributes.words(delivery, name))) }
        }
      }
    }

    private func show(_ name: SessionName, _ dialogue: AccountDialogue) throws {
      let request = SessionAgentClient.account("GET", name)
      let answer = try dialogue.using(name) { () throws(ClientError) in try dialogue.client.json(request) }
      Output.result(answer, json: json) { (document: AccountDocument) in
        for line in AccountWords.lines(document.account.attributes) { Output.result(line) }
      }
    }

    static func words(_ delivery: CodeDelivery, _ session: SessionName) -> String {
      let attribute = delivery.attribute ?? "ATTRIBUTE"
      let command = ShellWord.command(["agentctl", "account", "verify-attribute", session.rawValue, attribute])
      return "\(AccountWords.sent(delivery)) Verify with it: \(command)"
    }
  }

  struct VerifyAttribute: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify-attribute", abstract: "Verify an address or number with the code that was sent.")

    @Argument(help: "The session; may be left out.") var session: String
    @Argument(help: "The attribute, such as email.") var attribute: String?
    @Flag(help: "Have the code sent first.") var send = false

    func run() throws {
      // With one argument that is the attribute.
      let (given, attribute) = attribute.map { (session as String?, $0) } ?? (nil, session)
      try AccountDialogue.run { dialogue in
        let name = try dialogue.session(given)
        if send {
          let delivery = try dialogue.using(name) { () throws(ClientError) in
            try dialogue.client.sendCode(name, attribute: attribute)
          }
          dialogue.prompter.show(AccountWords.sent(delivery))
        }
        let words = ["agentctl", "account", "verify-attribute", name.rawValue, attribute, "--send"]
        try dialogue.advising(words) {
          let done = send ? "The code that was sent stays good for a while." : "Nothing was done."
          try dialogue.trying(again: [.wrongCode], after: done) { _ in
            try dialogue.prompter.secret("Code: ")
          } _: { code throws(ClientError) in
            try dialogue.client.verifyAttribute(name, attribute, code: code)
          }
        }
        Output.result(Visible.text("\(attribute) is verified."))
      }
    }
  }
}
