import SessionAPI
import SessionAgentClient
import SessionModel

/// Leads a person, or the lines of standard input, through a login.
struct LoginDialogue {
  let client: SessionAgentClient
  let prompter: Prompter
  /// What a page is opened with; nil only shows its address.
  let browser: Browser?
  /// Whether a login that somebody left waiting is given up for this one.
  var takesOver = false

  /// Signs in. However it ends but well, the login is given up: nothing is left half-done.
  func run(_ request: LoginRequestDocument) throws -> SessionDocument {
    // Not to be interrupted: without its id the login could not be given up.
    var patient = client
    patient.cancelDescriptor = -1
    var login = try start(request, patient)
    var isOver = false
    defer { if !isOver { try? patient.giveUpLogin(login.id) } }
    while true {
      switch login.step.kind {
      case .done(let session, let device):
        isOver = true
        device.map { prompter.show(LoginDialogue.words(device: $0, session)) }
        return session
      case .failed(let problem):
        isOver = true
        throw CommandFailure(problem)
      case .prompt(let prompt): login = try answer(prompt, of: login)
      case .browser(let page): login = try signIn(at: page, login)
      case .deviceCode(let code):
        show(code)
        login = try wait(for: login)
      }
    }
  }

  private func start(_ request: LoginRequestDocument, _ client: SessionAgentClient) throws -> LoginDocument {
    do throws(ClientError) {
      return try client.startLogin(request)
    } catch {
      guard takesOver, let problem = error.problem, problem.code == .conflict, let other = problem.loginID else {
        throw error
      }
      try? client.giveUpLogin(other)
      return try client.startLogin(request)
    }
  }

  private func answer(_ prompt: LoginPrompt, of login: LoginDocument) throws -> LoginDocument {
    let refused = login.step.error
    if let refused { prompter.show(LoginDialogue.words(refused)) }
    do {
      let answer = try PromptQuestion(prompter, isAgain: refused != nil).ask(prompt)
      return try send(answer, to: login)
    } catch LineReader.Ending.endOfInput {
      throw LoginDialogue.endOfInput(refused)
    }
  }

  /// Sends an answer. Of a login that has ended meanwhile, the reason is the failure.
  private func send(_ answer: LoginAnswer, to login: LoginDocument) throws -> LoginDocument {
    do throws(ClientError) {
      return try client.answer(login.id, AnswerDocument(step: login.step.number, answer: answer))
    } catch {
      guard error.problem?.code == .notFound else { throw error }
      if let ended = try? client.login(login.id), ended.step.isFinal { return ended }
      let command = SessionWords.loginCommand(profile: login.profile, session: login.session)
      throw CommandFailure.failed("The login has ended meanwhile. Begin again: \(command)")
    }
  }

  /// What a person may decide once signed in. It is no question: who can't answer it is signed in all the same.
  private static func words(device: String, _ session: SessionDocument) -> String {
    let command = ShellWord.command(["agentctl", "account", "devices", session.name.rawValue, "--remember", device])
    return "The pool remembers this device only if you wish; it then stands in for the second factor. Run: \(command)"
  }

  /// Why the last answer was not taken.
  static func words(_ refused: AnswerRefused) -> String {
    guard let left = refused.attemptsLeft else { return refused.message }
    return "\(refused.message) (\(left == 1 ? "1 attempt" : "\(left) attempts") left)"
  }

  private static func endOfInput(_ refused: AnswerRefused?) -> CommandFailure {
    guard let refused else { return .failed("The input ended before the login was done; it is given up.") }
    let detail = "\(refused.message) There is no further answer; the login is given up."
    return CommandFailure(Problem(.credentialsRefused, detail, reason: refused.reason.rawValue))
  }

  private func signIn(at page: LoginStepDocument.BrowserStep, _ login: LoginDocument) throws -> LoginDocument {
    guard Browser.isSafe(page.url) else { throw CommandFailure.failed("The page's address is not https: \(page.url)") }
    prompter.show("Sign in at: \(page.url)")
    browser?.open(page.url)
    guard page.manual else { return try wait(for: login) }
    do {
      let answer = LoginAnswer(value: try prompter.secret("The address that the browser ended at: "))
      return try send(answer, to: login)
    } catch LineReader.Ending.endOfInput {
      throw LoginDialogue.endOfInput(login.step.error)
    }
  }

  private func show(_ code: LoginStepDocument.DeviceCodeStep) {
    prompter.show("Go to \(code.verificationURI) on any device and enter the code \(code.userCode)")
    if let complete = code.verificationURIComplete { prompter.show("Or open: \(complete)") }
  }

  /// Waits until the login has gone on.
  private func wait(for login: LoginDocument) throws -> LoginDocument {
    while true {
      let next = try client.login(login.id, after: login.step.number, wait: 60)
      if next.step.number > login.step.number { return next }
    }
  }
}
