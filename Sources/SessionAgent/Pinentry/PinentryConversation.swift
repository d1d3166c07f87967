internal import SessionAPI
internal import SessionCrypto
internal import SessionModel

/// The talk with one pinentry, without the process: its lines go in, what to do next comes out.
///
/// Pinentry greets, then answers each command with any number of remarks and data and one OK or ERR.
struct PinentryConversation {
  /// What to do next.
  enum Step: Equatable {
    case wait
    case say(String)
    case done(Secret)
    case fail(PinentryFailure)
  }

  private struct Command {
    var line: String
    /// Whether it can be done without.
    var isOptional = false
  }

  /// Longer ones are no passphrase of ours.
  static let longest = 4096

  private var commands: ArraySlice<Command>
  private var said: Command?
  private var parts: [Secret] = []

  init(_ question: PinentryQuestion) {
    commands = PinentryConversation.commands(question)[...]
  }

  /// Takes a line of pinentry's.
  mutating func take(_ line: AssuanLine) -> Step {
    switch line {
    case .remark: .wait
    case .inquiry: .fail(.unintelligible)
    case .data(let part): take(part)
    case .ok: commands.isEmpty ? .done(Secret(joining: parts)) : next()
    case .error(let code, let words):
      said?.isOptional == true && !commands.isEmpty ? next() : .fail(PinentryFailure(code: code, words: words))
    }
  }

  /// Whether the person is being asked.
  var isAsking: Bool { commands.isEmpty }

  private mutating func next() -> Step {
    guard let command = commands.popFirst() else { return .fail(.unintelligible) }
    said = command
    return .say(command.line)
  }

  /// Only GETPIN, the last command, is answered with data.
  private mutating func take(_ part: Secret) -> Step {
    guard commands.isEmpty, parts.reduce(part.count, { $0 + $1.count }) <= Self.longest else {
      return .fail(.unintelligible)
    }
    parts.append(part)
    return .wait
  }

  private static func commands(_ question: PinentryQuestion) -> [Command] {
    var commands = options(question.place)
    commands.append(Command(line: "SETTIMEOUT \(question.seconds)", isOptional: true))
    commands.append(Command(line: AssuanText.command("SETTITLE", "session-agent"), isOptional: true))
    commands.append(Command(line: AssuanText.command("SETDESC", question.text)))
    commands.append(Command(line: AssuanText.command("SETPROMPT", question.isNew ? "New passphrase:" : "Passphrase:")))
    if question.isNew {
      commands.append(Command(line: AssuanText.command("SETREPEAT", "Again:")))
      commands.append(
        Command(line: AssuanText.command("SETREPEATERROR", "The two are not the same."), isOptional: true))
    }
    if let error = question.error { commands.append(Command(line: AssuanText.command("SETERROR", error))) }
    commands.append(Command(line: "GETPIN"))
    return commands
  }

  /// Values are not unescaped by pinentry: one with a control character is not passed on.
  private static func options(_ place: PinentryDocument) -> [Command] {
    [
      ("ttyname", place.ttyName), ("ttytype", place.ttyType), ("lc-ctype", place.lcCtype), ("display", place.display),
    ].compactMap { name, value in
      guard let value, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), value.utf8.count <= 512 else { return nil }
      return Command(line: "OPTION \(name)=\(value)", isOptional: true)
    }
  }
}
