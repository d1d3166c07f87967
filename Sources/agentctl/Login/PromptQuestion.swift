import SessionModel

/// Puts a login's prompt to whoever answers.
struct PromptQuestion {
  private let prompter: Prompter

  /// Whether the same was asked before, and what is needed for the answer seen.
  private let isAgain: Bool

  init(_ prompter: Prompter, isAgain: Bool = false) {
    self.prompter = prompter
    self.isAgain = isAgain
  }

  /// The answer.
  func ask(_ prompt: LoginPrompt) throws -> LoginAnswer {
    switch prompt {
    case .username: LoginAnswer(value: Secret(copyingUTF8: try prompter.text("Username: ")))
    case .password: LoginAnswer(value: try prompter.secret("Password: "))
    case .newPassword(let attributes, let policy): try newPassword(attributes, policy)
    case .totpCode(let device): try code("Code of the authenticator\(PromptQuestion.suffix(" ", device)): ")
    case .smsCode(let destination): try sentCode("SMS", destination)
    case .emailCode(let destination): try sentCode("mail", destination)
    case .selectMFA(let options): try select("Second factor", options)
    case .selectChallenge(let options): try select("Way to sign in", options)
    case .mfaSetup(let secret, let uri): try setUp(secret, uri)
    case .custom(let parameters): try custom(parameters)
    }
  }

  private func code(_ prompt: String) throws -> LoginAnswer { LoginAnswer(value: try prompter.secret(prompt)) }

  private func newPassword(_ attributes: [String], _ policy: String?) throws -> LoginAnswer {
    prompter.terminal?.show("The provider asks for a new password.")
    let password = try NewPassword(prompter: prompter, rules: policy).ask()
    var values: [String: String] = [:]
    // An empty one is asked again at once, and not after the password has been typed anew.
    for name in attributes { values[name] = try prompter.filledText("\(name): ") }
    return LoginAnswer(value: password, attributes: values)
  }

  /// On a terminal an empty answer has the code sent again.
  private func sentCode(_ medium: String, _ destination: String?) throws -> LoginAnswer {
    let to = PromptQuestion.suffix(" to ", destination)
    let value = try prompter.secret("Code sent by \(medium)\(to) (empty: send again): ")
    if value.isEmpty && prompter.terminal != nil { return LoginAnswer(value: nil, resend: true) }
    return LoginAnswer(value: value)
  }

  private func select(_ title: String, _ options: [String]) throws -> LoginAnswer {
    for (index, option) in options.enumerated() { prompter.terminal?.show("  \(index + 1)  \(Visible.text(option))") }
    while true {
      let answer = try prompter.text("\(title) [1-\(options.count)]: ")
      if let option = PromptQuestion.option(answer, of: options) {
        return LoginAnswer(value: Secret(copyingUTF8: option))
      }
      let complaint = "\"\(answer)\" is none of \(options.joined(separator: ", "))."
      guard let terminal = prompter.terminal else { throw CommandFailure.usage(complaint) }
      terminal.show(Visible.text(complaint))
    }
  }

  /// The option of that name or number, counted from 1.
  static func option(_ answer: String, of options: [String]) -> String? {
    if options.contains(answer) { return answer }
    if let number = Int(answer), options.indices.contains(number - 1) { return options[number - 1] }
    return options.first { $0.lowercased() == answer.lowercased() }
  }

  private func setUp(_ secret: Secret, _ uri: Secret) throws -> LoginAnswer {
    if !isAgain { AuthenticatorSetUp(TOTPEnrolment(secret: secret, otpauthURI: uri)).show(on: prompter.descriptor) }
    return try code("The code that the app shows: ")
  }

  private func custom(_ parameters: [String: String]) throws -> LoginAnswer {
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) { prompter.show("\(name): \(value)") }
    return try code("Answer: ")
  }

  private static func suffix(_ joint: String, _ text: String?) -> String { text.map { joint + $0 } ?? "" }
}
