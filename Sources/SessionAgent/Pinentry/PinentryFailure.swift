/// Why pinentry gave no passphrase.
enum PinentryFailure: Error, Hashable, Sendable {
  /// The person closed the prompt.
  case cancelled
  /// The person did not answer in time.
  case timedOut
  /// The program did not get as far as asking.
  case silent
  /// Who asked for the prompt is gone.
  case abandoned
  /// The program can't be run; why in words.
  case notStarted(String)
  /// The program ended without an answer.
  case ended
  /// What the program said is not the protocol.
  case unintelligible
  /// The program refused; its words.
  case refused(String)

  /// What an error that pinentry answers GETPIN with means: codes of libgpg-error, whose upper half is the source.
  init(code: UInt32, words: String) {
    switch code & 0xFFFF {
    case 99, 114, 198: self = .cancelled  // GPG_ERR_CANCELED, GPG_ERR_NOT_CONFIRMED, GPG_ERR_FULLY_CANCELED
    case 62: self = .timedOut  // GPG_ERR_TIMEOUT
    default: self = .refused(words.isEmpty ? "error \(code)" : words)
    }
  }

  /// What happened; then what to do.
  func description(_ program: String) -> String {
    let instead = "Run in a terminal: agentctl unlock"
    switch self {
    case .cancelled: return "The passphrase prompt was closed. \(instead)"
    case .timedOut: return "Nobody answered the passphrase prompt in time. \(instead)"
    case .silent: return "\(program) does not answer. \(instead)"
    case .abandoned: return "The passphrase prompt was given up. \(instead)"
    case .notStarted(let why):
      return "\(program) can't be run: \(why). Set pinentry in [login] of config.toml. \(instead)"
    case .ended: return "\(program) ended without an answer. \(instead)"
    case .unintelligible: return "\(program) does not speak as pinentry does. \(instead)"
    case .refused(let words): return "\(program) did not ask for the passphrase: \(words). \(instead)"
    }
  }
}
