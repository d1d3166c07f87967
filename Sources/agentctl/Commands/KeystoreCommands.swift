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
    let keystore = try Agent.client().lock()
    Output.result(keystore.state == .locked ? "Locked." : "The keystore is \(keystore.state.rawValue).")
  }
}

/// `agentctl unlock`.
struct UnlockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock", abstract: "Open the keystore, or make it with a passphrase.",
    discussion: """
      What needs nobody is tried first (the desktop's keyring, a key file). Where that does not open it, the \
      passphrase is asked for; piped, it is the first line of standard input. With neither a terminal nor a line, but \
      a display (or GPG_TTY), the agent's pinentry asks.
      """)

  func run() throws {
    let interrupts = try Interrupts()
    let client = try Agent.client(interrupts: interrupts)
    try interrupts.guarding {
      let before = try client.keystore()
      guard before.state != .unlocked else {
        return Output.result("The keystore is unlocked\(UnlockCommand.by(before)).")
      }
      let opened = try KeystoreOpening(client: client, interrupts: interrupts, prompter: Prompter(interrupts)).open()
      let done = before.state == .uninitialized ? "Made and unlocked the keystore" : "Unlocked"
      Output.result("\(done)\(UnlockCommand.by(opened)).")
    }
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
