internal import Glibc

/// The file that a started agent's standard error goes to: `agent.log` in the state folder.
struct AgentLog: ~Copyable {
  /// The open file, for appending.
  let descriptor: Int32
  /// Where it is.
  let path: String
  /// Where in it a started agent begins to write.
  private let start: off_t

  /// The most that is read of what an agent wrote before it ended.
  private static let longest = 4096

  deinit { close(descriptor) }

  private init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
    start = max(0, lseek(descriptor, 0, SEEK_END))
  }

  /// The agent's state folder; nil where nothing names one.
  private static func folder(_ environment: Environment) -> String? {
    (environment.folder("XDG_STATE_HOME") ?? environment.folder("HOME").map { $0 + "/.local/state" })
      .map { $0 + "/session-agent" }
  }

  private static func path(in folder: String) -> String { folder + "/agent.log" }

  /// Where a person finds what the agent wrote, however it was started.
  static var whereabouts: String {
    let file = folder(.process).map { path(in: $0) + " or, " } ?? ""
    return "its log: \(file)under systemd, journalctl --user -u session-agent"
  }

  /// Opens it (0600), making its folder (0700) where there is none.
  static func open(_ environment: Environment) throws(ClientError) -> AgentLog {
    guard let folder = folder(environment) else {
      throw .notStarted("The agent can't be started: neither XDG_STATE_HOME nor HOME names a folder.")
    }
    makeFolders(folder)
    let path = path(in: folder)
    let flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    let descriptor = Glibc.open(path, flags, 0o600)
    guard descriptor >= 0 else {
      throw .notStarted(
        "The agent can't be started: its log \(path) can't be opened: \(String(cString: strerror(errno))).")
    }
    // Somebody's wider umask or an older file must not leave it open to others.
    fchmod(descriptor, 0o600)
    return AgentLog(descriptor: descriptor, path: path)
  }

  /// What a started agent that has ended said last; nil where it said nothing.
  func lastSentence() -> String? {
    let end = lseek(descriptor, 0, SEEK_END)
    let count = Int(min(end - start, off_t(AgentLog.longest)))
    guard count > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, end - off_t(count)) }
    return AgentLog.lastSentence(in: String(decoding: bytes.prefix(max(0, got)), as: UTF8.self))
  }

  /// The last line in the agent's own name, without that name; else the last that is not empty.
  static func lastSentence(in text: String) -> String? {
    let name = "session-agent: "
    let lines = text.split(whereSeparator: \.isNewline)
    if let line = lines.last(where: { $0.hasPrefix(name) }) { return String(line.dropFirst(name.count)) }
    return lines.last.map(String.init)
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
