import ArgumentParser

/// `agentctl account`.
struct AccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account", abstract: "Look after an account: sign up, passwords, attributes, second factors, devices.",
    discussion: """
      Before there is a session, by a profile: signup, confirm, resend-code, forgot-password, reset-password. The \
      others are about the account of a session, which needs the scope aws.cognito.signin.user.admin.
      On a terminal you are asked, secrets without echo; otherwise each question takes the next line of standard input:
        printf 'password\\n' | agentctl account signup work --username me --attribute email=me@example.org
      """,
    subcommands: [
      SignUp.self, Confirm.self, ResendCode.self, ForgotPassword.self, ResetPassword.self, ChangePassword.self,
      Attributes.self, VerifyAttribute.self, MFA.self, Devices.self, Passkeys.self, Delete.self,
    ])
}
