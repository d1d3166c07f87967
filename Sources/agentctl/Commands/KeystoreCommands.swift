import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

/// `agentctl lock`.
struct LockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock", abstract: "Close the keystore: no tokens until it is unlocked.")

  func run() throws {
    let keystore = try Agent.client(waitingFor: "what is under way at a provider, so that it is not lost").lock()
    Output.result(keystore.state == .locked ? "Locked." : "The keystore is \(keystore.state.rawValue).")
  }
}

/// `agentctl unlock`.
struct UnlockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock", abstract: "Open the keystore, or make it with a passphrase.",
    discussion: """
      What needs nobody is tried first (the desktop's keyring, a key file, a TPM without PIN). Where that does not open \
      it, the passphrase is asked for, or the PIN where there is no passphrase; piped, it is the first line of standard \
      input. With neither a terminal nor a line, but a display (or GPG_TTY), the agent's pinentry asks for the \
      passphrase. A damaged file is set aside under a name with the date, as it is; what can be read of it takes its \
      place, or a new keystore.
      """)

  @Flag(help: "Ask for the TPM's PIN, though there is a passphrase too.") var pin = false

  func run() throws {
    let interrupts = try Interrupts()
    let client = try Agent.client(interrupts: interrupts)
    try interrupts.guarding {
      var before = try client.keystore()
      if let why = UnlockCommand.damage(before, client) {
        before = try client.recoverKeystore()
        Output.error(Visible.text(why))
        Output.error(
          before.state == .uninitialized
            ? "The damaged file was set aside; nothing of it could be read. Each session has to be signed in anew."
            : "The damaged file was set aside; what could be read of it is in its place.")
      }
      guard before.state != .unlocked else {
        Output.result("The keystore is unlocked\(UnlockCommand.by(before)).")
        return UnlockCommand.tell(before)
      }
      let opening = KeystoreOpening(
        client: client, interrupts: interrupts, prompter: Prompter(interrupts), prefersPIN: pin)
      let opened = try opening.open()
      let done = before.state == .uninitialized ? "Made and unlocked the keystore" : "Unlocked"
      Output.result("\(done)\(UnlockCommand.by(opened)).")
      UnlockCommand.tell(opened)
    }
  }

  /// Why the file has to be recovered, also where the agent has it open still; nil where it has not.
  private static func damage(_ keystore: KeystoreDocument, _ client: SessionAgentClient) -> String? {
    if keystore.state == .damaged { return keystore.lastError?.message ?? "The keystore is damaged." }
    guard keystore.state == .unlocked else { return nil }
    // An agent of an earlier version does not look.
    return (try? client.checkKeystore())?.findings.first { $0.subject == "file" }?.detail
  }

  /// What is to be said of a keystore that is open.
  private static func tell(_ keystore: KeystoreDocument) {
    if let why = keystore.lastError?.message { Output.error(Visible.text(why)) }
  }

  private static func by(_ keystore: KeystoreDocument) -> String { keystore.keySource.map { " (by \($0))" } ?? "" }
}

/// `agentctl keystore`.
struct KeystoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keystore", abstract: "Look after the keystore.",
    subcommands: [
      KeystoreStatusCommand.self, RekeyCommand.self, AddSlotCommand.self, RemoveSlotCommand.self, BackupCommand.self,
    ])
}

/// `agentctl keystore status`.
struct KeystoreStatusCommand: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how the keystore stands and what opens it.")

  @Flag(help: "Print the agent's object.") var json = false

  func run() throws {
    let answer = try Agent.client().json(HTTPRequest("GET", "keystore"))
    Output.result(answer, json: json) { (keystore: KeystoreDocument) in
      let screen = Screen.current()
      let lines = KeystoreStatusCommand.lines(keystore, now: Output.now(), width: screen.width, style: screen.style)
      Output.result(lines.joined(separator: "\n"))
    }
  }

  /// As a person reads it.
  static func lines(_ keystore: KeystoreDocument, now: Timestamp, width: Int?, style: Style) -> [String] {
    let schema = keystore.schema.map { ", schema \($0)" } ?? ""
    let source = keystore.keySource.map { " (\($0))" } ?? ""
    let error = keystore.lastError.map { ["\($0.message) (\(RelativeTime.words($0.at, from: now)))"] } ?? []
    let lines = (["The keystore is \(keystore.state.rawValue)\(source).", "File: \(keystore.path)\(schema)"] + error)
      .flatMap { Visible.wrapped(Visible.text($0), to: width) }
    guard !keystore.slots.isEmpty else { return lines }
    var table = Table([
      .init("OPENED BY"), .init("STATE"), .init("SINCE", drops: 1), .init("DETAIL", shrinks: true, drops: 2),
    ])
    table.rows = keystore.slots.map { slot in
      [
        .init(slot.source), .init(slot.state.rawValue, slot.state == .ok ? .good : .warning),
        .init(RelativeTime.words(slot.createdAt, from: now)), .init(slot.detail ?? ""),
      ]
    }
    return lines + table.lines(width: width, style: style)
  }
}
