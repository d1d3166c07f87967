import SessionModel
import WireJSON

/// Where answers come from: the person's terminal, or the lines of standard input.
struct Prompter {
  private let interrupts: Interrupts
  /// Nil where standard input is no terminal.
  let terminal: Terminal?

  init(_ interrupts: Interrupts) {
    self.interrupts = interrupts
    terminal = Terminal(interrupts)
  }

  /// Where that is said which a prompt needs.
  var descriptor: Int32 { terminal?.output ?? 2 }

  /// Says something that a prompt needs.
  func show(_ line: String) {
    if let terminal { terminal.show(Visible.text(line)) } else { Output.error(Visible.text(line)) }
  }

  /// The answer to a prompt for a secret.
  func secret(_ prompt: String) throws -> Secret { try answer(prompt, hidden: true) }

  /// The same; on a terminal an empty one is asked for again.
  func filledSecret(_ prompt: String) throws -> Secret { try filled(\.isEmpty) { try secret(prompt) } }

  /// The answer to a prompt that is no secret.
  func text(_ prompt: String) throws -> String { try answer(prompt, hidden: false).revealString() }

  /// The same; on a terminal an empty one is asked for again.
  func filledText(_ prompt: String) throws -> String { try filled(\.isEmpty) { try text(prompt) } }

  private func filled<Answer>(_ isEmpty: (Answer) -> Bool, _ ask: () throws -> Answer) rethrows -> Answer {
    while true {
      let answer = try ask()
      guard isEmpty(answer), let terminal else { return answer }
      terminal.show("It may not be empty.")
    }
  }

  /// A new secret: asked twice on a terminal, once otherwise.
  func newSecret(_ prompt: String, again: String) throws -> Secret {
    guard let terminal else { return try secret(prompt) }
    while true {
      let first = try filledSecret(prompt)
      if try secret(again) == first { return first }
      terminal.show("The two are not the same.")
    }
  }

  private func answer(_ prompt: String, hidden: Bool) throws -> Secret {
    let answer = try line(prompt, hidden: hidden)
    guard answer.withRevealedBytes(\.isWellFormedUTF8) else {
      throw CommandFailure.usage("The answer is not UTF-8. Type it in a UTF-8 locale, or convert what is piped: iconv.")
    }
    return answer
  }

  private func line(_ prompt: String, hidden: Bool) throws -> Secret {
    do {
      if let terminal { return try terminal.ask(Visible.text(prompt), hidden: hidden) }
      return try LineReader(input: 0, watched: [interrupts.descriptor]).line()
    } catch LineReader.Ending.interrupted {
      throw interrupts.failure()
    } catch LineReader.Ending.tooLong {
      throw CommandFailure.usage("The answer is longer than \(LineReader.longest) bytes.")
    }
  }
}
