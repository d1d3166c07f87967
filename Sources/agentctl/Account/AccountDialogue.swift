import SessionAPI
import SessionAgentClient
import SessionModel

/// What every command about an account works with.
struct AccountDialogue {
  let client: SessionAgentClient
  let prompter: Prompter
  /// Whether there is a keystore, which every command before the sign-in needs.
  private let hasKeystore: Bool

  /// Runs a command; a signal ends it.
  static func run(_ body: (AccountDialogue) throws -> Void) throws {
    let interrupts = try Interrupts()
    let client = try Agent.client(interrupts: interrupts)
    try interrupts.guarding {
      let keystore = try client.keystore().state
      // Nobody is asked for what can't be used.
      guard keystore != .locked else {
        throw CommandFailure(Problem(.locked, "The keystore is locked. Run: agentctl unlock"))
      }
      try body(
        AccountDialogue(client: client, prompter: Prompter(interrupts), hasKeystore: keystore != .uninitialized))
    }
  }

  /// The profile that a command before the sign-in is about.
  func profile(_ given: String?) throws -> ProfileName {
    let profile = try ProfileChoice(client, try client.profiles()).resolve(given).profile
    guard hasKeystore else {
      throw CommandFailure(Problem(.locked, "There is no keystore yet. Run: agentctl unlock"))
    }
    return profile
  }

  /// How a new password is asked for under a profile.
  func newPassword(_ profile: ProfileName) throws -> NewPassword {
    NewPassword(prompter: prompter, rules: try client.profiles().first { $0.name == profile }?.passwordRules)
  }

  /// The session that the other commands are about.
  func session(_ given: String?) throws -> SessionName { try SessionChoice(client).resolve(given) }

  /// Does something with a session's account.
  func using<Result>(_ session: SessionName, _ body: () throws(ClientError) -> Result) throws -> Result {
    try SessionChoice(client).using(session, body)
  }

  /// Prints a list of the account's: the agent's object, or a table.
  func list<Document: WireDocument>(
    _ what: String, of session: SessionName, json: Bool, _ table: (Document) -> Table
  ) throws {
    let request = SessionAgentClient.account("GET", session, what)
    let answer = try using(session) { () throws(ClientError) in try client.json(request) }
    Output.result(answer, json: json) { (document: Document) in
      let table = table(document)
      if table.rows.isEmpty { Output.error("The account has no \(what).") } else { Output.result(table) }
    }
  }

  // MARK: - Answers

  static let codeTries = 5
  static let passwordTries = 3

  /// Asks and tries, again while the refusal is one of `again`, `tries` times in all.
  ///
  /// - Parameters:
  ///   - done: what was done before anything was asked.
  ///   - ask: gets the reason of the refusal before, nil at first.
  func trying<Answer, Result>(
    _ tries: Int = codeTries, again: Set<RefusalReason>, after done: String = "Nothing was done.",
    ask: (RefusalReason?) throws -> Answer,
    _ attempt: (Answer) throws(ClientError) -> Result
  ) throws -> Result {
    var refusal: (problem: Problem, reason: RefusalReason)?
    for left in (0..<tries).reversed() {
      let answer = try answer(after: refusal?.problem, done: done) { try ask(refusal?.reason) }
      do {
        return try attempt(answer)
      } catch {
        guard left > 0, let problem = error.problem, problem.code == .credentialsRefused,
          let reason = problem.reason.flatMap(RefusalReason.init(rawValue:)), again.contains(reason)
        else { throw error }
        prompter.terminal?.show(Visible.text(problem.detail))
        refusal = (problem, reason)
      }
    }
    preconditionFailure("the last try returns or throws")
  }

  private func answer<Answer>(
    after refusal: Problem?, done: String, _ ask: () throws -> Answer
  ) throws -> Answer {
    do {
      return try ask()
    } catch LineReader.Ending.endOfInput {
      throw refusal.map { CommandFailure($0) }
        ?? .failed("The input ended before everything was answered. \(done)")
    }
  }

  /// One answer that is not tried again.
  func once<Answer>(_ ask: () throws -> Answer) throws -> Answer {
    try answer(after: nil, done: "Nothing was done.", ask)
  }

  /// Adds a command to the failure of a code that has expired.
  func advising<Result>(_ command: [String], _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ClientError {
      guard var problem = error.problem, problem.reason == RefusalReason.codeExpired.rawValue else { throw error }
      problem.detail += " Run: \(ShellWord.command(command))"
      throw CommandFailure(problem)
    }
  }
}
