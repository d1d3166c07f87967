import SessionAPI
import SessionAgentClient
import SessionModel

/// Opens the keystore with the sources that it has, else by asking for the passphrase: on the terminal, as a line of
/// standard input, or where there is neither by the agent's pinentry.
struct KeystoreOpening {
  let client: SessionAgentClient
  let interrupts: Interrupts
  let prompter: Prompter

  private static let attempts = 3
  private static let longestPause = 60

  /// Opens it. Returns what opened it.
  func open() throws -> KeystoreDocument {
    let tried = try trySources()
    if tried.state == .unlocked { return tried }
    let isNew = tried.state == .uninitialized
    guard tried.state == .locked || isNew, isNew || tried.slots.contains(where: { $0.source == "passphrase" }) else {
      throw KeystoreOpening.closed(tried)
    }
    return try askForPassphrase(isNew: isNew)
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

  private func askForPassphrase(isNew: Bool) throws -> KeystoreDocument {
    if isNew { prompter.terminal?.show("There is no keystore yet. Choose the passphrase that opens it from now on.") }
    var refusal: Problem?
    for _ in 0..<KeystoreOpening.attempts {
      guard let passphrase = try ask(isNew: isNew, after: refusal) else { return try askElsewhere(after: refusal) }
      guard let problem = try unlock(passphrase) else { return try client.keystore() }
      refusal = problem
      prompter.terminal?.show(Visible.text(problem.detail))
    }
    throw refusal.map { CommandFailure($0) } ?? CommandFailure.failed("The keystore was not opened.")
  }

  /// A passphrase, not before another attempt is allowed; nil where the input ends.
  private func ask(isNew: Bool, after refusal: Problem?) throws -> Secret? {
    do {
      let passphrase =
        isNew ? try prompter.newSecret("New passphrase: ", again: "Again: ") : try prompter.secret("Passphrase: ")
      if let seconds = refusal?.retryAfterSeconds {
        try interrupts.pause(milliseconds: Int32(min(seconds, KeystoreOpening.longestPause)) * 1000)
      }
      return passphrase
    } catch LineReader.Ending.endOfInput {
      return nil
    }
  }

  /// Without a terminal and without a line the agent's pinentry asks, where this process knows a place for it.
  private func askElsewhere(after refusal: Problem?) throws -> KeystoreDocument {
    if let refusal { throw CommandFailure(refusal) }
    let place = PinentryDocument(.process)
    guard prompter.terminal == nil, place.isSomewhere else {
      throw CommandFailure.failed("The input ended before there was a passphrase.")
    }
    return try client.unlock(askingAt: place)
  }

  /// Nil where the passphrase opened it, else why it was refused.
  private func unlock(_ passphrase: Secret) throws -> Problem? {
    do {
      _ = try client.unlock(passphrase)
      return nil
    } catch {
      guard let problem = error.problem, problem.code == .credentialsRefused else { throw error }
      return problem
    }
  }

  /// Why it can't be opened by a passphrase.
  private static func closed(_ keystore: KeystoreDocument) -> CommandFailure {
    let why = keystore.lastError?.message ?? "The keystore is \(keystore.state.rawValue)."
    return CommandFailure(
      Problem(keystore.state == .damaged ? .storageFailed : .locked, "\(why) See: agentctl keystore status"))
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
