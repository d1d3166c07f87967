import Foundation
import Glibc
import SessionStore

/// A session bus of its own with a real GNOME Keyring on it, in a private home. Nothing of it outlives the object.
final class PrivateKeyring: Sendable {
  let address: String
  private let folder: TemporaryFolder
  private let bus: ChildProcess

  /// Why there is none. A test that cannot have one fails.
  enum Failure: Error {
    case noBusAddress
    case notReady(KeySourceError?)
    case command(String, Int32)
  }

  init() throws {
    folder = try TemporaryFolder()
    for name in ["home", "run"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    // Without folders of service files nothing is started behind the test's back.
    let configuration = """
      <busconfig><type>session</type><listen>unix:path=\(folder.path)/bus</listen>
      <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
      <allow own="*"/></policy></busconfig>
      """
    try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/bus.conf"))
    bus = try ChildProcess(
      "dbus-daemon", ["--nofork", "--print-address=1", "--config-file=\(folder.path)/bus.conf"],
      environment: Self.environment(folder.path, bus: nil))
    guard let line = bus.firstLine(), line.hasPrefix("unix:") else { throw Failure.noBusAddress }
    address = line
  }

  private static func environment(_ folder: String, bus: String?) -> [String: String] {
    var environment = [
      "HOME": "\(folder)/home", "XDG_RUNTIME_DIR": "\(folder)/run", "XDG_DATA_HOME": "\(folder)/home/.local/share",
      "PATH": "/usr/local/bin:/usr/bin:/bin",
    ]
    if let bus { environment["DBUS_SESSION_BUS_ADDRESS"] = bus }
    return environment
  }

  /// Starts the keyring daemon; with a password its login keyring is open (and made at first), without one locked.
  func start(password: String? = "keyring-password") async throws -> ChildProcess {
    let arguments = ["--foreground", "--components=secrets"] + (password == nil ? [] : ["--unlock"])
    let daemon = try ChildProcess(
      "gnome-keyring-daemon", arguments, environment: Self.environment(folder.path, bus: address), input: password ?? ""
    )
    try await waitUntilReady()
    return daemon
  }

  /// The source, on this bus; by default with more patience than the agent has, for a machine busy with other tests.
  func source(deadlineMilliseconds: Int = 10_000) -> SecretServiceKeySource {
    SecretServiceKeySource(address: address, deadlineMilliseconds: deadlineMilliseconds, random: SystemRandom())
  }

  /// Ready is when the service says that it has no such key, or that it is locked: it has its collections then.
  private func waitUntilReady() async throws {
    var last: KeySourceError?
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      do throws(KeySourceError) {
        _ = try await source().wrappingKey(
          for: KeyRequest(storeID: "none", parameters: nil, createIfMissing: false))
      } catch {
        last = error
        switch error {
        case .missing, .locked: return
        case .passphraseNeeded, .pinNeeded, .wrongPIN, .lockedOut, .unavailable, .timedOut, .unfit: break
        }
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Failure.notReady(last)
  }

  /// Calls a method of the service; what it answers, as dbus-send prints it.
  @discardableResult
  func call(_ object: String, _ method: String, _ arguments: [String] = []) throws -> String {
    let command = try ChildProcess(
      "dbus-send",
      ["--session", "--print-reply", "--dest=org.freedesktop.secrets", object, method] + arguments,
      environment: Self.environment(folder.path, bus: address))
    let answer = command.rest()
    let status = command.wait()
    guard status == 0 else { throw Failure.command(method, status) }
    return answer
  }

  /// The paths of the items with these attributes.
  func items(_ attributes: [String: String]) throws -> [String] {
    let wanted = attributes.map { "\($0.key),\($0.value)" }.joined(separator: ",")
    return try call(
      "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.SearchItems", ["dict:string:string:\(wanted)"]
    ).split(separator: "\"").map(String.init).filter { $0.hasPrefix("/org/freedesktop/secrets/") }
  }

  /// A property of an item, as dbus-send prints it.
  func property(_ name: String, of item: String) throws -> String {
    try call(
      item, "org.freedesktop.DBus.Properties.Get", ["string:org.freedesktop.Secret.Item", "string:\(name)"])
  }

  /// Deletes an item.
  func delete(_ item: String) throws { try call(item, "org.freedesktop.Secret.Item.Delete") }

  /// Locks the login keyring.
  func lock() throws {
    try call(
      "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock", ["array:objpath:\(Self.loginCollection)"])
  }

  /// Deletes the login keyring with all that is in it.
  func deleteCollection() throws {
    try call(Self.loginCollection, "org.freedesktop.Secret.Collection.Delete")
  }

  private static let loginCollection = "/org/freedesktop/secrets/collection/login"
}
