import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

extension AccountCommand {
  struct Devices: ParsableCommand, JSONCommand {
    static let configuration = CommandConfiguration(
      commandName: "devices", abstract: "List the account's devices, or have one remembered or forgotten.")

    @Argument(help: "The session.") var session: String?
    @Option(help: ArgumentHelp("Have a device forgotten.", valueName: "key")) var forget: String?
    @Option(help: ArgumentHelp("Have the pool remember a device.", valueName: "key")) var remember: String?
    @Option(name: .customLong("no-remember"), help: ArgumentHelp("Have it do so no more.", valueName: "key"))
    var unremember: String?
    @Flag(help: "Print the agent's object.") var json = false

    func validate() throws {
      guard [forget, remember, unremember].compactMap(\.self).count > 1 else { return }
      throw ValidationError("Give one of --forget, --remember and --no-remember.")
    }

    func run() throws {
      try AccountDialogue.run { dialogue in
        let name = try dialogue.session(session)
        if let done = try change(name, dialogue), !json { return Output.result(Visible.text(done)) }
        try dialogue.list("devices", of: name, json: json) { (document: DevicesDocument) in
          Devices.table(document.devices, now: Output.now())
        }
      }
    }

    /// Does what was asked for; what was done in words, nil where nothing was asked.
    private func change(_ name: SessionName, _ dialogue: AccountDialogue) throws -> String? {
      let client = dialogue.client
      return try dialogue.using(name) { () throws(ClientError) in
        if let key = remember ?? unremember {
          try client.setDevice(name, key: key, remembered: remember != nil)
          return remember == nil ? "The device \(key) is not remembered any more." : "The device \(key) is remembered."
        }
        guard let forget else { return nil }
        let isCurrent = try client.devices(name).contains { $0.isCurrent && $0.device.key == forget }
        try client.forgetDevice(name, key: forget)
        let done = "The device \(forget) is forgotten."
        guard isCurrent else { return done }
        let login = SessionWords.loginCommand(try client.session(name))
        return "\(done) It is this one: who is signed in on it stays so until the next refresh. "
          + "To sign in again: \(login) --force"
      }
    }

    static func table(_ devices: [DeviceDocument], now: Timestamp) -> Table {
      // The key stays whole: it is what the options take.
      var table = Table([
        .init("DEVICE"), .init("NAME", shrinks: true), .init("SINCE", drops: 2), .init("LAST USED", drops: 1),
        .init("THIS ONE", drops: 3),
      ])
      table.rows = devices.map { entry in
        [
          .init(entry.device.key), .init(entry.device.name ?? "–"),
          .init(entry.device.createdAt.map { RelativeTime.words($0, from: now) } ?? "–"),
          .init(entry.device.lastUsedAt.map { RelativeTime.words($0, from: now) } ?? "–"),
          .init(entry.isCurrent ? "yes" : ""),
        ]
      }
      return table
    }
  }

  struct Passkeys: ParsableCommand, JSONCommand {
    static let configuration = CommandConfiguration(
      commandName: "passkeys", abstract: "List the account's passkeys, or remove one.",
      discussion: "A passkey is registered on the page of the hosted UI.")

    @Argument(help: "The session.") var session: String?
    @Option(help: ArgumentHelp("Remove a passkey.", valueName: "id")) var delete: String?
    @Flag(help: "Print the agent's object.") var json = false

    func run() throws {
      try AccountDialogue.run { dialogue in
        let name = try dialogue.session(session)
        if let delete {
          try dialogue.using(name) { () throws(ClientError) in try dialogue.client.deletePasskey(name, id: delete) }
          guard json else { return Output.result(Visible.text("The passkey \(delete) is removed.")) }
        }
        try dialogue.list("passkeys", of: name, json: json) { (document: PasskeysDocument) in
          Passkeys.table(document.passkeys, now: Output.now())
        }
      }
    }

    static func table(_ passkeys: [Passkey], now: Timestamp) -> Table {
      var table = Table([.init("PASSKEY"), .init("NAME", shrinks: true), .init("SINCE", drops: 1)])
      table.rows = passkeys.map { passkey in
        [
          .init(passkey.id), .init(passkey.name ?? "–"),
          .init(passkey.createdAt.map { RelativeTime.words($0, from: now) } ?? "–"),
        ]
      }
      return table
    }
  }
}
