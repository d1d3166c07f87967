internal import Glibc

/// Where the agent's socket is.
public enum SocketPath {
  /// The most bytes that `sockaddr_un` takes, its end not counted.
  public static let longest = 107

  /// `SESSION_AGENT_SOCK`, else `session-agent/agent.sock` in the runtime folder.
  ///
  /// - Throws: `ClientError.badSocketPath`.
  public static func resolve(_ environment: Environment) throws(ClientError) -> String {
    try resolve(environment, systemFolder: "/run/user/\(getuid())")
  }

  /// The same with another place for `/run/user/UID`.
  package static func resolve(_ environment: Environment, systemFolder: String) throws(ClientError) -> String {
    let path =
      if let chosen = environment["SESSION_AGENT_SOCK"] { chosen } else {
        try runtimeFolder(environment, systemFolder) + "/session-agent/agent.sock"
      }
    guard path.utf8.first == UInt8(ascii: "/") else {
      throw .badSocketPath("SESSION_AGENT_SOCK must be an absolute path, and is \(path)")
    }
    guard path.utf8.count <= longest else {
      throw .badSocketPath(
        "The socket's path is \(path.utf8.count) bytes long and may have \(longest): \(path)."
          + " Set SESSION_AGENT_SOCK to a shorter one.")
    }
    return path
  }

  /// `XDG_RUNTIME_DIR`, else `/run/user/UID` if it is ours and 0700, else `session-agent-UID` in the temporary folder.
  private static func runtimeFolder(
    _ environment: Environment, _ systemFolder: String
  ) throws(ClientError) -> String {
    if let folder = environment.folder("XDG_RUNTIME_DIR") { return folder }
    let uid = getuid()
    if case .ours = inspect(systemFolder, uid: uid) { return systemFolder }
    let own = "\(environment.folder("TMPDIR") ?? "/tmp")/session-agent-\(uid)"
    switch inspect(own, uid: uid) {
    case .ours, .absent: return own
    case .unsafe(let why):
      throw .badSocketPath("\(own) can't be used: \(why). Remove it, or set XDG_RUNTIME_DIR or SESSION_AGENT_SOCK.")
    }
  }

  private enum Folder {
    case ours
    case absent
    case unsafe(String)
  }

  private static func inspect(_ path: String, uid: uid_t) -> Folder {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      return errno == ENOENT ? .absent : .unsafe(String(cString: strerror(errno)))
    }
    if status.st_mode & S_IFMT != S_IFDIR { return .unsafe("it is not a folder") }
    if status.st_uid != uid { return .unsafe("it is another user's") }
    if status.st_mode & 0o777 != 0o700 { return .unsafe("its mode is not 0700") }
    return .ours
  }
}
