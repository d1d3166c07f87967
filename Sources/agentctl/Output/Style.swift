import SessionAgentClient

/// Whether and how text is coloured.
struct Style {
  /// What a colour is for.
  enum Role {
    case good
    case warning
    case bad
    case quiet
    case heading
    case plain
  }

  /// Whether there is any colour.
  let isColoured: Bool

  /// Colour on a terminal that can show it, unless the person wants none (no-color.org).
  init(isTerminal: Bool, environment: Environment) {
    let terminal = environment["TERM"] ?? "dumb"
    isColoured = isTerminal && terminal != "dumb" && environment["NO_COLOR"] == nil
  }

  /// The text in a role's colour.
  func paint(_ text: String, _ role: Role) -> String {
    guard isColoured, let code = Style.code(role) else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  private static func code(_ role: Role) -> String? {
    switch role {
    case .good: "32"
    case .warning: "33"
    case .bad: "31"
    case .quiet: "2"
    case .heading: "1"
    case .plain: nil
    }
  }
}
