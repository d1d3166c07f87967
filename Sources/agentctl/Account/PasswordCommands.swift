import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel

extension AccountCommand {
  struct ForgotPassword: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "forgot-password", abstract: "Have a code sent that replaces a forgotten password.")

    @OptionGroup var name: AccountName

    func run() throws {
      try AccountDialogue.run { dialogue in
        let profile = try dialogue.profile(name.profile)
        let delivery = try dialogue.client.forgotPassword(profile, username: name.username)
        let reset = AccountName.command(["account", "reset-password"], profile, name.username)
        Output.result(Visible.text("\(AccountWords.sent(delivery)) Set a new password with it: \(reset)"))
      }
    }
  }

  struct ResetPassword: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reset-password", abstract: "Replace a forgotten password; asks for the code and a new password.")

    @OptionGroup var name: AccountName

    func run() throws {
      try AccountDialogue.run { dialogue in
        let profile = try dialogue.profile(name.profile)
        let forgot = AccountName.words(["account", "forgot-password"], profile, name.username)
        let newPassword = try dialogue.newPassword(profile)
        var answers = (code: Secret(copying: []), password: Secret(copying: []))
        try dialogue.advising(forgot) {
          try dialogue.trying(again: [.wrongCode, .passwordPolicy]) { refused in
            if refused != .passwordPolicy { answers.code = try dialogue.prompter.secret("Code: ") }
            if refused != .wrongCode { answers.password = try newPassword.ask() }
            return answers
          } _: { answers throws(ClientError) in
            try dialogue.client.resetPassword(
              profile,
              ResetPasswordDocument(username: name.username, code: answers.code, newPassword: answers.password))
          }
        }
        let login = AccountName.command(["login"], profile, name.username)
        Output.result(Visible.text("The password of \(name.username) is replaced. To sign in: \(login)"))
      }
    }
  }

  struct ChangePassword: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "change-password", abstract: "Change the password; asks for the old and a new one.",
      discussion: "Piped, an empty first line is no old password, for an account that has none yet.")

    @Argument(help: "The session.") var session: String?

    func run() throws {
      try AccountDialogue.run { dialogue in
        let name = try dialogue.session(session)
        var answers = (old: Secret(copying: []), new: Secret(copying: []))
        let profile = try dialogue.using(name) { () throws(ClientError) in try dialogue.client.session(name).profile }
        let newPassword = try dialogue.newPassword(profile)
        try dialogue.trying(AccountDialogue.passwordTries, again: [.wrongCredentials, .passwordPolicy]) { refused in
          if refused != .passwordPolicy { answers.old = try dialogue.prompter.secret("Old password: ") }
          if refused != .wrongCredentials { answers.new = try newPassword.ask() }
          return answers
        } _: { answers throws(ClientError) in
          let old = answers.old.isEmpty ? nil : answers.old
          try dialogue.client.changePassword(name, ChangePasswordDocument(oldPassword: old, newPassword: answers.new))
        }
        Output.result("The password is changed.")
      }
    }
  }
}
