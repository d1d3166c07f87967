import SessionAPI
import SessionAgentClient
import SessionModel

/// Opens the keystore with the sources that it has, else by asking for the passphrase or PIN: on the terminal, as a line
/// of standard input, or (the passphrase) where there is neither by the agent's pinentry.
struct KeystoreOpening {
  let client: SessionAgentClient
  let interrupts: Interrupts
  let prompter: Prompter
  /// Whether the PIN is asked for where the passphrase would do too.
  var prefersPIN = false

  private static let attempts = 3
  private static let longestPause = 60

  /// Opens it. Returns what opened it.
  func open() throws -> KeystoreDocument {
    let tried = try trySources()
    if tried.state == .unlocked { return tried }
    let isNew = tried.state == .uninitialized
    guard !isNew else { return try ask(for: .passphrase, isNew: true) }
    let asked = Set(tried.slots.compactMap(\.asks))
    let usual: KeystoreDocument.Slot.Asks = prefersPIN ? .pin : .passphrase
    guard tried.state == .locked, let kind = asked.contains(usual) ? usual : asked.first else {
      throw KeystoreOpening.closed(tried)
    }
    return try ask(for: kind, isNew: false)
  }

  /// Lets the agent try what needs nobody.
  private func trySources() throws -> KeystoreDocument {
    do {
      return try client.unlock(nil)
    } catch {
      // That these sources don't open it is no failure yet.
      guard let code = error.problem?.code, code == .locked || code == .storageFailed else { throw error }
      return try client.keystore()
    }
  }

  private func ask(for kind: KeystoreDocument.Slot.Asks, isNew: Bool) throws -> KeystoreDocument {
    if isNew { prompter.terminal?.show("There is no keystore yet. Choose the passphrase that opens it from now on.") }
    var refusal: Problem?
    for _ in 0..<KeystoreOpening.attempts {
      guard let secret = try ask(kind, isNew: isNew, after: refusal) else {
        return try askElsewhere(for: kind, after: refusal)
      }
      guard let problem = try unlock(kind, secret) else { return try client.keystore() }
      refusal = problem
      // What the TPM refuses for a long time is not asked for again.
      guard problem.reason != RefusalReason.tooManyAttempts.rawValue else { break }
      prompter.terminal?.show(Visible.text(problem.detail))
    }
    throw refusal.map { CommandFailure($0) } ?? CommandFailure.failed("The keystore was not opened.")
  }

  /// A passphrase or PIN, not before another attempt is allowed; nil where the input ends.
  private func ask(_ kind: KeystoreDocument.Slot.Asks, isNew: Bool, after refusal: Problem?) throws -> Secret? {
    do {
      let secret =
        isNew
        ? try prompter.newSecret("New passphrase: ", again: "Again: ") : try prompter.filledSecret(kind.prompt)
      guard !secret.isEmpty else { throw CommandFailure.usage("The \(kind.words) may not be empty.") }
      if let seconds = refusal?.retryAfterSeconds {
        try interrupts.pause(milliseconds: Int32(min(seconds, KeystoreOpening.longestPause)) * 1000)
      }
      return secret
    } catch LineReader.Ending.endOfInput {
      return nil
    }
  }

  /// Without a terminal and without a line the agent's pinentry asks for the passphrase, where this process knows a place
  /// for it.
  private func askElsewhere(
    for kind: KeystoreDocument.Slot.Asks, after refusal: Problem?
  ) throws -> KeystoreDocument {
    if let refusal { throw CommandFailure(refusal) }
    let place = PinentryDocument(.process)
    guard kind == .passphrase, prompter.terminal == nil, place.isSomewhere else {
      throw CommandFailure.failed("The input ended before there was a \(kind.words).")
    }
    return try TerminalModes.keeping(ofTerminal: place.ttyName) { try client.unlock(askingAt: place) }
  }

  /// Nil where it opened, else why it was refused.
  private func unlock(_ kind: KeystoreDocument.Slot.Asks, _ secret: Secret) throws -> Problem? {
    do {
      switch kind {
      case .passphrase: _ = try client.unlock(secret)
      case .pin: _ = try client.unlock(nil, pin: secret)
      }
      return nil
    } catch {
      guard let problem = error.problem, problem.code == .credentialsRefused else { throw error }
      return problem
    }
  }

  /// Refuses where nothing can be said of what is in the store.
  static func expectReadable(_ keystore: KeystoreDocument) throws {
    switch keystore.state {
    case .unavailable, .damaged: throw closed(keystore)
    case .locked, .unlocked, .uninitialized: break
    }
  }

  /// Why nothing that a person gives can open it.
  private static func closed(_ keystore: KeystoreDocument) -> CommandFailure {
    let why = keystore.lastError?.message ?? "The keystore is \(keystore.state.rawValue)."
    // One that says what to do ends with the command.
    let more = why.contains("agentctl ") ? "" : " See: agentctl keystore status"
    return CommandFailure(Problem(keystore.state == .damaged ? .storageFailed : .locked, why + more))
  }
}

extension PinentryDocument {
  /// The display and terminal of this process; the terminal as gpg is told it.
  init(_ environment: Environment) {
    let tty = environment["GPG_TTY"].flatMap { $0.utf8.starts(with: "/dev/".utf8) ? $0 : nil }
    self.init(
      display: environment["DISPLAY"], waylandDisplay: environment["WAYLAND_DISPLAY"],
      xAuthority: environment["XAUTHORITY"], ttyName: tty, ttyType: tty == nil ? nil : environment["TERM"],
      lcCtype: environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"])
  }
}

extension KeystoreDocument.Slot.Asks {
  fileprivate var words: String {
    switch self {
    case .passphrase: "passphrase"
    case .pin: "PIN"
    }
  }

  fileprivate var prompt: String {
    switch self {
    case .passphrase: "Passphrase: "
    case .pin: "PIN: "
    }
  }
}
