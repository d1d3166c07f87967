import Foundation
import Glibc

/// Unix sockets of tests.
enum UnixSocket {
  /// A connection.
  static func connect(_ path: String) throws -> Int32 {
    try open(path) { Glibc.connect($0, $1, $2) }
  }

  /// A listening socket.
  static func listen(_ path: String) throws -> Int32 {
    let descriptor = try open(path) { bind($0, $1, $2) }
    guard Glibc.listen(descriptor, 8) == 0 else {
      close(descriptor)
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
    return descriptor
  }

  private static func open(
    _ path: String, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        use(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else {
      let reason = errno
      close(descriptor)
      throw POSIXError(.init(rawValue: reason) ?? .EIO)
    }
    return descriptor
  }
}
