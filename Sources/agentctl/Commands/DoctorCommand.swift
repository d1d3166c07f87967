import ArgumentParser
import Glibc
import SessionAPI
import SessionAgentClient
import SessionModel
import WireJSON

/// `agentctl doctor`.
struct DoctorCommand: ParsableCommand, JSONCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look whether everything is as it should be; change nothing.",
    discussion: """
      Looks at the socket and its folder, the agent and its settings, the keystore with each way into it and all that it \
      holds, the profiles and the sessions. Ends with 0 where nothing is wrong, else with 1.
      """)

  @Argument(help: "Only this profile and its sessions.") var profile: String?
  @Flag(help: "Print one object.") var json = false

  func run() throws {
    let findings = try Examination(profile: profile).findings()
    if json {
      Output.result(["checks": .array(findings.map(\.json))])
    } else {
      let screen = Screen.current()
      var table = Table([.init("CHECK"), .init("STATE"), .init("DETAIL")])
      table.rows = findings.map { [.init($0.name), .init($0.state.rawValue, $0.state.role), .init($0.detail)] }
      Output.result(table.lines(width: nil, style: screen.style).joined(separator: "\n"))
    }
    if findings.contains(where: { $0.state == .failed }) { throw CommandFailure.code(1) }
  }
}

/// What a check found.
struct Finding {
  /// How bad it is.
  enum State: String {
    case ok
    /// Works, but a person may want to know.
    case warning
    case failed

    var role: Style.Role {
      switch self {
      case .ok: .good
      case .warning: .warning
      case .failed: .bad
      }
    }
  }

  let name: String
  let state: State
  /// What is so; where it is wrong, what to do.
  let detail: String

  init(_ name: String, _ state: State, _ detail: String) {
    self.name = name
    self.state = state
    self.detail = detail
  }

  var json: JSONValue {
    ["name": .string(name), "state": .string(state.rawValue), "detail": .string(detail)]
  }
}

/// The checks, in the order in which things depend on each other.
struct Examination {
  let profile: String?

  func findings() throws -> [Finding] {
    let client: SessionAgentClient
    let status: StatusDocument
    do throws(ClientError) {
      client = try Agent.client()
      status = try client.status()
    } catch {
      // Settings that can't be used end the agent's start, with file and line.
      return [Finding("agent", .failed, error.description)]
    }
    var findings = [agent(status), socket(client.socketPath), settings()]
    let keystore = try client.keystore()
    findings += Examination.keystore(keystore) + [file(keystore)].compactMap { $0 }
    findings += Examination.content(try client.checkKeystore(), of: keystore)
    let profiles = try client.profiles().filter { profile == nil || $0.name?.rawValue == profile }
    if let profile, profiles.isEmpty { throw CommandFailure(Problem(.notFound, "There is no profile \(profile).")) }
    findings += profiles.map(Examination.profile)
    findings += status.sessions.filter { profile == nil || $0.profile.rawValue == profile }.map(Examination.session)
    return findings
  }

  private func agent(_ status: StatusDocument) -> Finding {
    let version = status.agent.version
    guard version == ProductVersion.current else {
      return Finding(
        "agent", .warning,
        "version \(version), and agentctl is \(ProductVersion.current): end the agent, so that the new one is started")
    }
    return Finding("agent", .ok, "version \(version), process \(status.agent.pid)")
  }

  private func settings() -> Finding {
    Finding(
      "settings", .ok,
      "those in force are good; a change since is read at SIGHUP, and a refused one is told in the agent's log")
  }

  private func socket(_ path: String) -> Finding {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
    var facts = stat()
    guard lstat(folder, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR, facts.st_uid == geteuid() else {
      return Finding("socket", .failed, "\(folder) is no folder of yours")
    }
    guard facts.st_mode & 0o077 == 0 else {
      return Finding("socket", .warning, "\(folder) is open to others. Run: chmod 700 \(folder)")
    }
    return Finding("socket", .ok, path)
  }

  private static func keystore(_ keystore: KeystoreDocument) -> [Finding] {
    let state: Finding.State
    switch keystore.state {
    case .unlocked: state = keystore.lastError == nil ? .ok : .warning
    case .locked, .uninitialized: state = .warning
    case .unavailable, .damaged: state = .failed
    }
    let detail = keystore.lastError?.message ?? "\(keystore.state.rawValue), \(keystore.path)"
    let slots = keystore.slots.map { slot in
      let state: Finding.State = slot.state == .ok ? .ok : .warning
      return Finding("slot \(slot.source)", state, slot.detail ?? "opens the keystore")
    }
    // A passphrase is known to the person; whatever else is alone can be lost with the machine or its desktop.
    let single = keystore.slots.count == 1 ? keystore.slots.first?.source : nil
    let advice = single.flatMap { $0 == "passphrase" ? nil : $0 }.map {
      Finding(
        "ways in", .warning,
        "Only \($0) opens the keystore. For the day when it does not, add one: agentctl keystore add-slot passphrase")
    }
    return [Finding("keystore", state, detail)] + slots + [advice].compactMap { $0 }
  }

  /// The file as the file system has it.
  private func file(_ keystore: KeystoreDocument) -> Finding? {
    var facts = stat()
    // One that is no plain file is not used at all, which the keystore's own finding says.
    guard lstat(keystore.path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    guard facts.st_mode & 0o077 == 0 else {
      return Finding("keystore file", .failed, "It is open to others. Run: chmod 600 \(keystore.path)")
    }
    return Finding("keystore file", .ok, "\(facts.st_size) bytes, yours alone")
  }

  /// What the agent found when it looked at all of the file.
  private static func content(_ check: KeystoreCheckDocument, of keystore: KeystoreDocument) -> [Finding] {
    let wrong = check.findings.map { Finding("keystore content", .failed, "\($0.subject): \($0.detail)") }
    guard wrong.isEmpty, keystore.state != .uninitialized else { return wrong }
    guard let rows = check.rows else {
      return [
        Finding("keystore content", .warning, "The file is whole; what is sealed can be looked at once it is unlocked.")
      ]
    }
    return [Finding("keystore content", .ok, "the file is whole, and all of \(rows) rows are as they were stored")]
  }

  private static func profile(_ profile: ProfileDocument) -> Finding {
    let name = "profile \(profile.name?.rawValue ?? "?")"
    return profile.error.map { Finding(name, .failed, $0) } ?? Finding(name, .ok, "can be used")
  }

  private static func session(_ session: SessionDocument) -> Finding {
    let detail = session.lastError?.message
    // A row that is not what was stored: no unlocking mends that.
    if session.lastError?.code == ProblemCode.storageFailed.rawValue, let detail {
      return Finding("session \(session.name)", .failed, detail)
    }
    switch session.state {
    case .active: return Finding("session \(session.name)", .ok, "active")
    case .offline, .locked: return Finding("session \(session.name)", .warning, detail ?? session.state.rawValue)
    case .blocked, .signInRequired:
      return Finding("session \(session.name)", .failed, detail ?? "Sign in again: agentctl login \(session.name)")
    }
  }
}
