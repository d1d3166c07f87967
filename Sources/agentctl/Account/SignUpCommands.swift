import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel

/// What is done before anybody is signed in: by a profile and the account's name.
struct AccountName: ParsableArguments {
  @Argument(help: "The profile.") var profile: String?
  @Option(help: "The account's name.") var username: String

  /// A command about the same account, as a person types it.
  static func command(_ verb: [String], _ profile: ProfileName, _ username: String) -> String {
    ShellWord.command(words(verb, profile, username))
  }

  static func words(_ verb: [String], _ profile: ProfileName, _ username: String) -> [String] {
    ["agentctl"] + verb + [profile.rawValue, "--username", username]
  }
}

extension AccountCommand {
  struct SignUp: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "signup", abstract: "Make an account; asks for its password.",
      discussion: """
        Most pools then send a code, which "account confirm" takes. Piped, an empty line is no password, for pools that \
        sign in by codes alone.
        """)

    @OptionGroup var name: AccountName
    @Option(
      name: .customLong("attribute"),
      help: ArgumentHelp("An attribute; may be given several times.", valueName: "name=value"))
    var attributes: [String] = []

    func run() throws {
      let attributes = try AccountWords.pairs("--attribute", attributes)
      try AccountDialogue.run { dialogue in
        let profile = try dialogue.profile(name.profile)
        let newPassword = try dialogue.newPassword(profile)
        let signedUp = try dialogue.trying(again: [.passwordPolicy]) { _ in
          try newPassword.ask("Password: ")
        } _: { password throws(ClientError) in
          try dialogue.client.signUp(
            profile,
            SignUpDocument(
              username: name.username, password: password.isEmpty ? nil : password, attributes: attributes))
        }
        Output.result(Visible.text(SignUp.words(signedUp, profile, name.username)))
      }
    }

    static func words(_ signedUp: SignedUp, _ profile: ProfileName, _ username: String) -> String {
      guard !signedUp.isConfirmed else {
        return "Signed up \(username). To sign in: \(AccountName.command(["login"], profile, username))"
      }
      return "Signed up \(username). \(AccountWords.sent(signedUp.delivery)) Confirm the account with it: "
        + AccountName.command(["account", "confirm"], profile, username)
    }
  }

  struct Confirm: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "confirm", abstract: "Confirm an account with the code that was sent.")

    @OptionGroup var name: AccountName

    func run() throws {
      try AccountDialogue.run { dialogue in
        let profile = try dialogue.profile(name.profile)
        let resend = AccountName.words(["account", "resend-code"], profile, name.username)
        try dialogue.advising(resend) {
          try dialogue.trying(again: [.wrongCode]) { _ in
            try dialogue.prompter.secret("Code: ")
          } _: { code throws(ClientError) in
            try dialogue.client.confirmAccount(profile, ConfirmDocument(username: name.username, code: code))
          }
        }
        let login = AccountName.command(["login"], profile, name.username)
        Output.result(Visible.text("Confirmed \(name.username). To sign in: \(login)"))
      }
    }
  }

  struct ResendCode: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "resend-code", abstract: "Have the code that confirms an account sent again.")

    @OptionGroup var name: AccountName

    func run() throws {
      try AccountDialogue.run { dialogue in
        let profile = try dialogue.profile(name.profile)
        let delivery = try dialogue.client.resendCode(profile, username: name.username)
        let confirm = AccountName.command(["account", "confirm"], profile, name.username)
        Output.result(Visible.text("\(AccountWords.sent(delivery)) Confirm the account with it: \(confirm)"))
      }
    }
  }
}
