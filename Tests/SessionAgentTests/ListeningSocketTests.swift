import Foundation
import SessionModel
import Testing

@testable import SessionAgent

@Suite("SECURITY 11: the listening socket")
struct ListeningSocketTests {
  private func open(_ path: String) -> Result<ListeningSocket, ListeningSocket.Failure> {
    Result { () throws(ListeningSocket.Failure) in try ListeningSocket.open(path: path, environment: [:]) }
  }

  private func complaint(_ path: String) -> String? {
    switch open(path) {
    case .success: nil
    case .failure(.occupied(let sentence)): "occupied: \(sentence)"
    case .failure(.problem(let problem)): problem.code == .badConfiguration ? problem.detail : "\(problem)"
    }
  }

  /// A socket bound there by somebody else.
  private func bindElsewhere(_ path: String, backlog: Int32?) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    try #require(withUnixAddress(path) { Foundation.bind(descriptor, $0, $1) } == 0)
    if let backlog { try #require(listen(descriptor, backlog) == 0) }
    return descriptor
  }

  private func status(_ path: String) -> stat? {
    var status = stat()
    return lstat(path, &status) == 0 ? status : nil
  }

  @Test("is made private, in a private folder")
  func made() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run/agent.sock"
    let socket = try open(path).get()
    #expect(status(path)?.st_mode == S_IFSOCK | 0o600)
    #expect(status(folder.path + "/run")?.st_mode == S_IFDIR | 0o700)
    _ = try UnixClient(path)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run").sorted() == [
        "agent.sock", "agent.sock.lock",
      ])
    socket.remove()
    #expect(status(path) == nil)
  }

  @Test("of a dead agent is replaced")
  func stale() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/agent.sock"
    close(try bindElsewhere(path, backlog: 5))
    let before = try #require(status(path)).st_ino
    _ = try open(path).get()
    #expect(status(path)?.st_ino != before)
    _ = try UnixClient(path)
  }

  @Test("of a live process is never replaced, not even where its backlog is full", arguments: [5, 0])
  func live(backlog: Int32) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/agent.sock"
    let other = try bindElsewhere(path, backlog: backlog)
    defer { close(other) }
    var waiting: [UnixClient] = []
    if backlog == 0 { waiting.append(try UnixClient(path)) }
    let before = try #require(status(path)).st_ino
    #expect(complaint(path)?.hasPrefix("occupied: Something already answers on \(path).") == true)
    #expect(status(path)?.st_ino == before)
    #expect(waiting.count == (backlog == 0 ? 1 : 0))
  }

  @Test("whose lock another agent holds is left alone")
  func locked() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/agent.sock"
    let first = try open(path).get()
    #expect(complaint(path)?.hasPrefix("occupied: An agent is already running on \(path).") == true)
    _ = try UnixClient(path)
    // Also where its socket's file was taken away.
    try #require(unlink(path) == 0)
    #expect(complaint(path)?.hasPrefix("occupied: ") == true)
    #expect(status(path) == nil)
    first.remove()
  }

  @Test("is not made in a folder that is a link, open to others, or no folder")
  func folders() throws {
    let folder = try TemporaryFolder()
    try #require(mkdir(folder.path + "/real", 0o700) == 0)
    try #require(symlink("real", folder.path + "/link") == 0)
    #expect(complaint(folder.path + "/link/agent.sock")?.contains("is not a folder of its own") == true)
    for mode: mode_t in [0o750, 0o705, 0o770, 0o711] {
      try #require(chmod(folder.path + "/real", mode) == 0)
      #expect(complaint(folder.path + "/real/agent.sock")?.contains("Run: chmod 700 \(folder.path)/real") == true)
    }
    try #require(chmod(folder.path + "/real", 0o1777) == 0)
    let shared = try #require(complaint(folder.path + "/real/agent.sock"))
    #expect(shared.contains("a folder of its own") && !shared.contains("chmod"))
    try folder.write("file", "")
    #expect(complaint(folder.path + "/file/agent.sock")?.contains("is not a folder of its own") == true)
    #expect(complaint(folder.path + "/none/none/agent.sock")?.contains("can't be made") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/real").isEmpty)
  }

  @Test("does not replace a file or a link that is in its way")
  func inTheWay() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("agent.sock", "precious")
    #expect(complaint(file)?.contains("is there and is not a socket") == true)
    #expect(try folder.text("agent.sock") == "precious")
    try #require(symlink(file, folder.path + "/link.sock") == 0)
    #expect(complaint(folder.path + "/link.sock")?.contains("is there and is not a socket") == true)
    try #require(symlink(file, folder.path + "/other.sock.lock") == 0)
    #expect(complaint(folder.path + "/other.sock")?.contains("can't be opened") == true)
  }

  @Test("removes the file that it made and no other")
  func removal() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/agent.sock"
    let socket = try open(path).get()
    try #require(unlink(path) == 0)
    let other = try bindElsewhere(path, backlog: 1)
    socket.remove()
    #expect(status(path) != nil)
    close(other)
  }

  @Test("has a path of at most 107 bytes")
  func longPath() throws {
    func socketPath(_ length: Int) throws -> String {
      let path = "/" + String(repeating: "x", count: length - 1)
      return try AgentPaths(environment: ["HOME": "/h", "SESSION_AGENT_SOCK": path], uid: 1000).socket
    }
    #expect(try socketPath(107).utf8.count == 107)
    #expect(throws: Problem.self) { try socketPath(108) }
    #expect(throws: Problem.self) {
      try AgentPaths(environment: ["HOME": "/h", "SESSION_AGENT_SOCK": "relative"], uid: 1000)
    }
  }

  // MARK: - Taken over

  private func adopt(_ descriptor: Int32, count: String = "1") -> Result<ListeningSocket, ListeningSocket.Failure> {
    Result { () throws(ListeningSocket.Failure) in
      try ListeningSocket.open(
        path: "/nonexistent/agent.sock", environment: ["LISTEN_FDS": count, "LISTEN_PID": String(getpid())],
        first: descriptor)
    }
  }

  @Test("is taken over where it is a listening unix stream socket, and its file is left to who made it")
  func adopted() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/agent.sock"
    let descriptor = try bindElsewhere(path, backlog: 5)
    let socket = try adopt(descriptor).get()
    #expect(socket.descriptor == descriptor && socket.path == path)
    #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    socket.remove()
    #expect(status(path) != nil)
    close(descriptor)
  }

  @Test("is not taken over where it is anything else: the start ends with 78")
  func unfit() throws {
    let folder = try TemporaryFolder()
    let bound = try bindElsewhere(folder.path + "/bound", backlog: nil)
    let datagram = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    let internet = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(listen(internet, 1) == 0)
    let file = Foundation.open(folder.path, O_RDONLY | O_DIRECTORY)
    let listening = try bindElsewhere(folder.path + "/listening", backlog: 1)
    for (descriptor, count) in [
      (bound, "1"), (datagram, "1"), (internet, "1"), (file, "1"), (9999, "1"), (listening, "2"),
    ] {
      guard case .failure(.problem(let problem)) = adopt(descriptor, count: count) else {
        Issue.record("descriptor \(descriptor) was taken")
        continue
      }
      #expect(problem.code.exitCode(retryable: false) == 78)
    }
    for descriptor in [bound, datagram, internet, file, listening] { close(descriptor) }
  }

  @Test(
    "meant for another process is not ours, and none at all is none", arguments: [("1", "1"), ("0", "\(getpid())")])
  func notOurs(count: String, pid: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/agent.sock"
    let socket = try ListeningSocket.open(path: path, environment: ["LISTEN_FDS": count, "LISTEN_PID": pid])
    #expect(status(path) != nil && socket.path == path)
    socket.remove()
  }
}
