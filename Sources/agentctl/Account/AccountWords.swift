import SessionModel

/// What commands about an account say.
enum AccountWords {
  /// Where a code went.
  static func sent(_ delivery: CodeDelivery?) -> String {
    guard let delivery else { return "A code was sent." }
    let medium =
      switch delivery.medium {
      case "EMAIL": "mail"
      case "SMS": "SMS"
      default: delivery.medium
      }
    return "A code was sent by \(medium) to \(delivery.destination)."
  }

  /// The second factors of an account.
  static func factors(_ settings: MFASettings, session: SessionName) -> String {
    guard !settings.methods.isEmpty else {
      return "No second factor is in use. To set up an authenticator app: "
        + "agentctl account mfa \(session) --enroll-totp"
    }
    let names = settings.methods.map { $0 == settings.preferred ? "\($0) (preferred)" : $0 }
    return "Second factors: \(names.joined(separator: ", "))"
  }

  /// One line a name, values in a column.
  static func lines(_ values: [String: String]) -> [String] {
    let width = values.keys.reduce(0) { max($0, Visible.width($1)) }
    return values.sorted { $0.key < $1.key }.map { name, value in
      Visible.text(name) + String(repeating: " ", count: width - Visible.width(name) + 2) + Visible.text(value)
    }
  }

  /// Takes `NAME=VALUE` options apart.
  static func pairs(_ option: String, _ texts: [String]) throws -> [String: String] {
    var pairs: [String: String] = [:]
    for text in texts {
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
        throw CommandFailure.usage("\(option) takes NAME=VALUE, not \"\(text)\".")
      }
      pairs[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return pairs
  }
}
