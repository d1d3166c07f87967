import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

extension AccountCommand {
  struct MFA: ParsableCommand, JSONCommand {
    static let configuration = CommandConfiguration(
      commandName: "mfa", abstract: "Show or change the account's second factors.",
      discussion: """
        --enroll-totp prints what an authenticator app is set up with, on a terminal as a QR code too, then asks for a \
        code of it and puts it to use. Methods: SOFTWARE_TOKEN_MFA, SMS_MFA, EMAIL_OTP.
        """)

    @Argument(help: "The session.") var session: String?
    @Flag(name: .customLong("enroll-totp"), help: "Set an authenticator app up.") var enroll = false
    @Option(help: ArgumentHelp("Use a method, before the others.", valueName: "method")) var prefer: String?
    @Option(help: ArgumentHelp("Use a method no more.", valueName: "method")) var off: String?
    @Flag(help: "Print the agent's object.") var json = false

    func validate() throws {
      let asked = (enroll ? 1 : 0) + (prefer == nil ? 0 : 1) + (off == nil ? 0 : 1)
      if asked > 1 { throw ValidationError("Give one of --enroll-totp, --prefer and --off.") }
      let methods = MFAMethod.allCases.map(\.rawValue)
      if let method = prefer ?? off, !methods.contains(method) {
        throw ValidationError("\"\(method)\" is none of \(methods.joined(separator: ", ")).")
      }
    }

    func run() throws {
      try AccountDialogue.run { dialogue in
        let name = try dialogue.session(session)
        if enroll { try setUp(name, dialogue) }
        let settings = try dialogue.using(name) { () throws(ClientError) in
          let before = try dialogue.client.mfa(name)
          let wanted = MFA.settings(before, enrolled: enroll, prefer: prefer, off: off)
          return wanted == before ? before : try dialogue.client.setMFA(name, wanted)
        }
        guard !json else { return Output.result(MFADocument(settings).json) }
        Output.result(Visible.text(AccountWords.factors(settings, session: name)))
      }
    }

    private func setUp(_ name: SessionName, _ dialogue: AccountDialogue) throws {
      let enrolment = try dialogue.using(name) { () throws(ClientError) in try dialogue.client.enrollTOTP(name) }
      if json {
        Output.result(revealing: Secret(copying: TOTPEnrolmentDocument(enrolment).text))
      } else {
        AuthenticatorSetUp(enrolment).show(on: 1)
      }
      try dialogue.trying(again: [.wrongCode], after: "The authenticator is not in use.") { _ in
        try dialogue.prompter.secret("The code that the app shows: ")
      } _: { code throws(ClientError) in
        try dialogue.client.verifyTOTP(name, CodeDocument(code: code))
      }
    }

    /// The factors after what was asked for.
    static func settings(_ before: MFASettings, enrolled: Bool, prefer: String?, off: String?) -> MFASettings {
      var settings = before
      if let method = prefer ?? (enrolled ? MFAMethod.softwareToken.rawValue : nil) {
        if !settings.methods.contains(method) { settings.methods.append(method) }
        if prefer != nil || settings.preferred == nil { settings.preferred = method }
      }
      if let off {
        settings.methods.removeAll { $0 == off }
        if settings.preferred == off { settings.preferred = nil }
      }
      return settings
    }
  }
}
