internal import Glibc

/// The file that a started agent's standard error goes to: `agent.log` in the state folder.
enum AgentLog {
  /// Opens it for appending (0600), making its folder (0700) where there is none.
  static func open(_ environment: Environment) throws(ClientError) -> (descriptor: Int32, path: String) {
    guard let state = environment.folder("XDG_STATE_HOME") ?? environment.folder("HOME").map({ $0 + "/.local/state" })
    else { throw .notStarted("The agent can't be started: neither XDG_STATE_HOME nor HOME names a folder.") }
    let folder = state + "/session-agent"
    makeFolders(folder)
    let path = folder + "/agent.log"
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    let descriptor = Glibc.open(path, flags, 0o600)
    guard descriptor >= 0 else {
      throw .notStarted(
        "The agent can't be started: its log \(path) can't be opened: \(String(cString: strerror(errno))).")
    }
    // Somebody's wider umask or an older file must not leave it open to others.
    fchmod(descriptor, 0o600)
    return (descriptor, path)
  }

  /// Makes a folder and those above it (0700) where they are missing; what fails shows when the file is opened.
  private static func makeFolders(_ path: String) {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/" + part
      mkdir(made, 0o700)
    }
  }
}
