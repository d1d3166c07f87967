import ArgumentParser
import Glibc
import SessionAPI
import SessionAgentClient
import SessionModel

/// `agentctl keystore rekey`.
struct RekeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rekey", abstract: "Replace the keystore's key and seal everything anew.",
    discussion: """
      Sessions stay and are served meanwhile. Where a passphrase or a TPM's PIN is among the ways into the keystore it \
      is asked for; piped, the passphrase is the first line of standard input, the PIN the next.
      """)

  func run() throws {
    let interrupts = try Interrupts()
    let client = try Agent.client(interrupts: interrupts)
    try interrupts.guarding {
      let (slots, prompter) = (try client.keystore().slots, Prompter(interrupts))
      func asked(_ kind: KeystoreDocument.Slot.Asks, _ prompt: String) throws -> Secret? {
        guard slots.contains(where: { $0.asks == kind }) else { return nil }
        return try KeystoreAnswer.asked { try prompter.secret(prompt) }
      }
      let passphrase = try asked(.passphrase, "Passphrase: ")
      let keystore = try client.rekey(passphrase, pin: try asked(.pin, "PIN: "))
      Output.result("The keystore has a new key (\(keystore.slots.map(\.source).joined(separator: ", "))).")
    }
  }
}

/// `agentctl keystore add-slot`.
struct AddSlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add-slot", abstract: "Add a way into the keystore, or make that one anew.",
    discussion: """
      SOURCE is secret-service, passphrase, systemd-credential, tpm2 or keyfile. A passphrase or PIN is asked for; \
      piped, it is the first line of standard input.
      """)

  @Argument(help: "The key source.") var source: String
  @Option(help: "For keyfile: the file, made where it is absent.") var path: String?
  @Option(help: "For systemd-credential: its name.") var name: String?
  @Flag(help: "For tpm2: ask for a PIN that it is to open with.") var pin = false

  func run() throws {
    let interrupts = try Interrupts()
    let client = try Agent.client(interrupts: interrupts)
    try interrupts.guarding {
      var slot = SlotRequestDocument(path: path.map(KeystoreAnswer.absolute), name: name)
      let prompter = Prompter(interrupts)
      if source == "passphrase" {
        slot.passphrase = try KeystoreAnswer.asked { try prompter.newSecret("New passphrase: ", again: "Again: ") }
      }
      if pin { slot.pin = try KeystoreAnswer.asked { try prompter.newSecret("New PIN: ", again: "Again: ") } }
      _ = try client.addSlot(source, slot)
      Output.result("The keystore opens by \(source) now.")
    }
  }
}

/// `agentctl keystore remove-slot`.
struct RemoveSlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove-slot", abstract: "Remove a way into the keystore; never the last.")

  @Argument(help: "The key source.") var source: String

  func run() throws {
    let left = try Agent.client().removeSlot(source).slots.map(\.source).joined(separator: ", ")
    Output.result("The keystore opens by \(source) no more, but by \(left).")
  }
}

/// `agentctl keystore backup`.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Write one consistent copy of the keystore, sealed as it is.",
    discussion: """
      The copy opens by the same slots. To restore it, stop the agent and put it in the keystore's place (see: agentctl \
      keystore status).
      """)

  @Argument(help: "The file to write, - for standard output. One that exists is not overwritten.") var file: String

  func run() throws {
    guard file != "-" || isatty(1) == 0 else {
      throw CommandFailure.usage("The copy is no text for a terminal. Name a file, or pipe it on.")
    }
    let client = try Agent.client()
    guard file != "-" else { return try client.withBackup { Output.write($0, to: 1) } }
    let copy = NewFile(path: file)
    try copy.expectAbsent()
    let written = try client.withBackup { bytes throws(ClientError) in
      Result {
        try copy.write(bytes)
        return bytes.count
      }
    }
    Output.result("Wrote \(try written.get()) bytes to \(file).")
  }
}

/// What a person gives for the keystore.
enum KeystoreAnswer {
  /// An answer; the end of the input is a failure of its own.
  static func asked(_ ask: () throws -> Secret) throws -> Secret {
    do {
      return try ask()
    } catch LineReader.Ending.endOfInput {
      throw CommandFailure.failed("The input ended before there was an answer.")
    }
  }

  /// A path as the agent, whose working directory is another, must have it.
  static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return String(cString: current) + "/" + path
  }
}

/// A file that is written whole or not at all, 0600, never over another.
struct NewFile {
  let path: String

  /// Refuses before anything is asked of the agent.
  func expectAbsent() throws {
    if access(path, F_OK) == 0 {
      throw CommandFailure.failed("\(path) exists and is left as it is. Choose another name.")
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      written += count
    }
    guard written == bytes.count, fsync(descriptor) == 0, close(descriptor) == 0 else {
      let failure = failure()
      unlink(path)
      throw failure
    }
  }

  private func failure() -> CommandFailure {
    CommandFailure.failed("\(path) can't be written: \(String(cString: strerror(errno))).")
  }
}
