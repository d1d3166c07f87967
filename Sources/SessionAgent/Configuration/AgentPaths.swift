internal import CSystemCalls
internal import Glibc
internal import SessionModel

/// Where the agent's files are (CONTRACT §3, XDG base directories).
struct AgentPaths: Hashable, Sendable {
  var socket: String
  /// The folder that stands in for XDG_RUNTIME_DIR where there is none; made by us.
  var temporaryRuntimeFolder: String?
  var settingsFiles: [String]
  var userProfiles: String
  var systemProfiles: String
  var keystore: String
  var state: String

  /// Reads the environment.
  ///
  /// - Throws: `Problem` (`bad_configuration`).
  init(environment: [String: String], uid: UInt32) throws {
    func folder(_ variable: String, _ fallback: String) throws -> String {
      if let value = environment[variable], value.hasPrefix("/") { return value }
      guard let home = environment["HOME"], home.hasPrefix("/") else {
        throw Problem(.badConfiguration, "Neither \(variable) nor HOME is set to an absolute path. Set HOME.")
      }
      return home + "/" + fallback
    }
    let config = try folder("XDG_CONFIG_HOME", ".config") + "/session-agent"
    settingsFiles = [config + "/config.toml", "/etc/session-agent/config.toml"]
    userProfiles = config + "/profiles.d"
    systemProfiles = "/etc/session-agent/profiles.d"
    keystore = try folder("XDG_DATA_HOME", ".local/share") + "/session-agent/keystore.sqlite"
    state = try folder("XDG_STATE_HOME", ".local/state") + "/session-agent"
    let runtime = AgentPaths.runtimeFolder(environment: environment, uid: uid)
    if let path = environment["SESSION_AGENT_SOCK"], !path.isEmpty {
      guard path.hasPrefix("/") else {
        throw Problem(.badConfiguration, "SESSION_AGENT_SOCK must be an absolute path.")
      }
      socket = path
    } else {
      socket = runtime.path + "/session-agent/agent.sock"
      temporaryRuntimeFolder = runtime.isTemporary ? runtime.path : nil
    }
    guard socket.utf8.count <= 107 else {
      throw Problem(
        .badConfiguration,
        "The socket's path is longer than 107 bytes: \(socket). Set SESSION_AGENT_SOCK to a shorter one.")
    }
  }

  private static func runtimeFolder(
    environment: [String: String], uid: UInt32
  ) -> (path: String, isTemporary: Bool) {
    if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") { return (folder, false) }
    if isOwnPrivateFolder("/run/user/\(uid)", uid: uid) { return ("/run/user/\(uid)", false) }
    let temporary = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    return (temporary + "/session-agent-\(uid)", true)
  }

  private static func isOwnPrivateFolder(_ path: String, uid: UInt32) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == uid
      && status.st_mode & 0o777 == 0o700
  }
}
