import ArgumentParser
import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

extension AccountCommand {
  struct Devices: ParsableCommand, JSONCommand {
    static let configuration = CommandConfiguration(
      commandName: "devices", abstract: "List the account's devices, or have one forgotten.")

    @Argument(help: "The session.") var session: String?
    @Option(help: ArgumentHelp("Have a device forgotten.", valueName: "key")) var forget: String?
    @Flag(help: "Print the agent's object.") var json = false

    func run() throws {
      try AccountDialogue.run { dialogue in
        let name = try dialogue.session(session)
        if let forget {
          try dialogue.using(name) { () throws(ClientError) in try dialogue.client.forgetDevice(name, key: forget) }
          guard json else { return Output.result(Visible.text("The device \(forget) is forgotten.")) }
        }
        let request = SessionAgentClient.account("GET", name, "devices")
        let answer = try dialogue.using(name) { () throws(ClientError) in try dialogue.client.json(request) }
        guard !json, let document = try? DevicesDocument(json: answer) else { return Output.result(answer) }
        guard !document.devices.isEmpty else { return Output.error("The account has no devices.") }
        let screen = Screen.current()
        let table = Devices.table(document.devices, now: Output.now())
        Output.result(table.lines(width: screen.width, style: screen.style).joined(separator: "\n"))
      }
    }

    static func table(_ devices: [DeviceDocument], now: Timestamp) -> Table {
      // The key stays whole: it is what --forget takes.
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
        let request = SessionAgentClient.account("GET", name, "passkeys")
        let answer = try dialogue.using(name) { () throws(ClientError) in try dialogue.client.json(request) }
        guard !json, let document = try? PasskeysDocument(json: answer) else { return Output.result(answer) }
        guard !document.passkeys.isEmpty else { return Output.error("The account has no passkeys.") }
        let screen = Screen.current()
        let table = Passkeys.table(document.passkeys, now: Output.now())
        Output.result(table.lines(width: screen.width, style: screen.style).joined(separator: "\n"))
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
