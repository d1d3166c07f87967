internal import CSystemCalls
internal import Glibc
internal import SessionModel

/// The agent's listening socket: bound in a private folder under a lock, or taken over from the service manager
/// (SECURITY 11).
struct ListeningSocket: Sendable {
  /// The listening descriptor.
  let descriptor: CInt
  /// Where it listens.
  let path: String
  private let folder: CInt
  private let name: String
  private let lock: CInt
  private let inode: (device: dev_t, number: ino_t)?

  /// Why there is no socket.
  enum Failure: Error {
    /// Another agent is there.
    case occupied(String)
    case problem(Problem)
  }

  /// The descriptor that LISTEN_FDS hands over, or a socket of our own at that path.
  ///
  /// - Parameters:
  ///   - outer: a folder above the socket's that is to be made, private too, where it is absent.
  ///   - first: the first descriptor that the service manager hands over (SD_LISTEN_FDS_START).
  static func open(
    path: String, below outer: String? = nil, environment: [String: String], first: CInt = 3
  ) throws(Failure) -> ListeningSocket {
    if let handedOver = environment["LISTEN_FDS"], handedOver != "0", environment["LISTEN_PID"] == String(getpid()) {
      return try adopt(first, named: path, environment)
    }
    if let outer { close(try openFolder(outer)) }
    return try bind(path)
  }

  /// Removes the socket's file, if it is still the one that we made.
  func remove() {
    guard let inode else { return }
    var status = stat()
    if fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_dev == inode.device,
      status.st_ino == inode.number
    {
      unlinkat(folder, name, 0)
    }
  }

  // MARK: - Taken over

  private static func adopt(
    _ descriptor: CInt, named path: String, _ environment: [String: String]
  ) throws(Failure) -> ListeningSocket {
    guard environment["LISTEN_FDS"] == "1" else {
      throw failure("LISTEN_FDS must hand over exactly one socket.")
    }
    for name in ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"] { unsetenv(name) }
    let isFit =
      option(SO_DOMAIN, of: descriptor) == AF_UNIX && option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue)
      && option(SO_ACCEPTCONN, of: descriptor) == 1
    guard isFit, csystem_set_close_on_exec(descriptor) == 0 else {
      throw failure("Descriptor \(descriptor), which LISTEN_FDS hands over, is not a listening unix stream socket.")
    }
    return ListeningSocket(
      descriptor: descriptor, path: boundPath(of: descriptor) ?? path, folder: -1, name: "", lock: -1, inode: nil)
  }

  /// The path that the service manager bound it to, which need not be the one that we would have chosen.
  private static func boundPath(of descriptor: CInt) -> String? {
    var address = sockaddr_un()
    var length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let isKnown = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
    }
    guard isKnown else { return nil }
    let path = withUnsafeBytes(of: address.sun_path) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return path.isEmpty ? nil : path
  }

  private static func option(_ name: CInt, of descriptor: CInt) -> CInt? {
    var value: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
  }

  // MARK: - Our own

  private static func bind(_ path: String) throws(Failure) -> ListeningSocket {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    guard let last = parts.last else { throw failure("The socket's path \(path) has no file name.") }
    let name = String(last)
    let folder = try openFolder("/" + parts.dropLast().joined(separator: "/"))
    let lock = openat(folder, name + ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw failure("\(path).lock can't be opened (\(systemError)).") }
    guard csystem_lock_exclusive(lock) == 0 else {
      throw .occupied("An agent is already running on \(path). See it: agentctl status")
    }
    try refuseLive(path, folder, name)
    let descriptor = try listen(path, folder, name)
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw failure("\(path) can't be looked at (\(systemError)).")
    }
    return ListeningSocket(
      descriptor: descriptor, path: path, folder: folder, name: name, lock: lock, inode: (status.st_dev, status.st_ino))
  }

  private static func openFolder(_ path: String) throws(Failure) -> CInt {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw failure("The socket's folder \(path) can't be made (\(systemError)). Is XDG_RUNTIME_DIR right?")
    }
    let folder = csystem_open_directory(path)
    guard folder >= 0 else {
      throw failure("\(path) is not a folder of its own (\(systemError)). Set SESSION_AGENT_SOCK to a path in one.")
    }
    var status = stat()
    guard fstat(folder, &status) == 0, status.st_uid == geteuid() else {
      throw failure("The socket's folder \(path) is not yours. Remove it or choose another: SESSION_AGENT_SOCK")
    }
    guard status.st_mode & 0o077 == 0 else {
      // A sticky folder, as /tmp, is shared on purpose: closing it would break others.
      let remedy =
        status.st_mode & S_ISVTX == 0
        ? "Run: chmod 700 \(path)" : "Set SESSION_AGENT_SOCK to a path in a folder of its own."
      throw failure("Others can use the socket's folder \(path). \(remedy)")
    }
    return folder
  }

  /// Under the lock a socket that answers is somebody else's, and one that refuses is a dead agent's.
  private static func refuseLive(_ path: String, _ folder: CInt, _ name: String) throws(Failure) {
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw failure("\(path) is there and is not a socket. Move it away, or set SESSION_AGENT_SOCK.")
    }
    let probe = try newSocket()
    defer { close(probe) }
    // A backlog that is full (EAGAIN) is a live one's too.
    if withAddress(folder, name, { connect(probe, $0, $1) }) == 0 || (errno != ECONNREFUSED && errno != ENOENT) {
      throw .occupied("Something already answers on \(path). See it: agentctl status")
    }
  }

  private static func listen(_ path: String, _ folder: CInt, _ name: String) throws(Failure) -> CInt {
    let temporary = ".\(getpid())"
    unlinkat(folder, temporary, 0)
    let descriptor = try newSocket()
    let bound = withAddress(folder, temporary) { Glibc.bind(descriptor, $0, $1) }
    // Nobody can connect before it listens; by then it has its mode.
    guard bound == 0, fchmodat(folder, temporary, 0o600, 0) == 0, Glibc.listen(descriptor, 1024) == 0,
      renameat(folder, temporary, folder, name) == 0
    else {
      let problem = failure("No socket can be made at \(path) (\(systemError)).")
      unlinkat(folder, temporary, 0)
      close(descriptor)
      throw problem
    }
    return descriptor
  }

  private static func newSocket() throws(Failure) -> CInt {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { throw failure("No unix socket can be made (\(systemError)).") }
    return descriptor
  }

  /// The address of a name in the opened folder, whatever its path has become meanwhile.
  private static func withAddress(
    _ folder: CInt, _ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array("/proc/self/fd/\(folder)/\(name)".utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      errno = ENAMETOOLONG
      return -1
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }

  private static func failure(_ detail: String) -> Failure { .problem(Problem(.badConfiguration, detail)) }

  private static var systemError: String { String(cString: strerror(errno)) }
}
