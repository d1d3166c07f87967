internal import CSystemCalls
internal import Glibc

/// One connection to the agent, whose user has been looked at before anything is sent.
struct SocketConnection: ~Copyable {
  private let descriptor: Int32

  deinit { close(descriptor) }

  /// Connects, and checks by SO_PEERCRED that the server runs under our own uid.
  init(to path: String, _ deadline: Deadline) throws(ClientError) {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { throw .unreachable(socket: path, errno: errno) }
    try connect(to: path, deadline)
    try checkUser(of: path)
  }

  private func connect(to path: String, _ deadline: Deadline) throws(ClientError) {
    var address = try SocketConnection.address(path)
    while true {
      let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      if result == 0 { return }
      switch errno {
      case EINTR: continue
      // The backlog is full: unix sockets don't queue, so ask again.
      case EAGAIN: try deadline.pause(milliseconds: 5)
      case ENOENT, ECONNREFUSED: throw .notRunning(socket: path)
      case let error: throw .unreachable(socket: path, errno: error)
      }
    }
  }

  private static func address(_ path: String) throws(ClientError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard (1...SocketPath.longest).contains(path.utf8.count), !path.utf8.contains(0) else {
      throw .badSocketPath("The socket's path must have 1 to \(SocketPath.longest) bytes: \(path).")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return address
  }

  private func checkUser(of path: String) throws(ClientError) {
    var pid: Int32 = 0
    var uid: UInt32 = 0
    var gid: UInt32 = 0
    guard csystem_peer_credentials(descriptor, &pid, &uid, &gid) == 0 else {
      throw .unreachable(socket: path, errno: errno)
    }
    guard uid == geteuid() else { throw .otherUser(socket: path, uid: uid) }
  }

  /// Sends all bytes.
  func send(_ bytes: UnsafeRawBufferPointer, _ deadline: Deadline) throws(ClientError) {
    var sent = 0
    while sent < bytes.count {
      let result = Glibc.send(
        descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      if result >= 0 {
        sent += result
      } else if errno == EAGAIN {
        try deadline.wait(for: descriptor, POLLOUT)
      } else if errno != EINTR {
        // The agent may have answered and closed before it had read all: the answer is still to be read.
        return
      }
    }
  }

  /// Appends what arrives next; returns whether there was anything, or the end.
  func receive(into buffer: inout WipedBuffer, _ deadline: Deadline) throws(ClientError) -> Bool {
    while true {
      let got = buffer.append(room: 4096) { recv(descriptor, $0.baseAddress, $0.count, 0) }
      if got >= 0 { return got > 0 }
      switch errno {
      case EINTR: continue
      case EAGAIN: try deadline.wait(for: descriptor, POLLIN)
      default: return false
      }
    }
  }
}
