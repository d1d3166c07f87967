import Foundation
import NIOCore

/// The address to listen on: loopback only, since `/_control` knows no password.
public struct ListenAddress: Sendable, Equatable {
  let host: String
  /// Zero: a free one.
  let port: Int

  /// Reads `127.0.0.1:PORT` or `[::1]:PORT`; nil for anything that is not loopback with a port.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    let host = String(text[..<colon])
    guard HostRule.isLoopback(host), host != "::1" else { return nil }
    self.host = host == "localhost" ? "127.0.0.1" : host
    self.port = Int(port)
  }

  init(port: Int) {
    host = "127.0.0.1"
    self.port = port
  }
}

/// A bound, listening TCP socket, there before the server so that its port is known.
struct ListeningSocket {
  let descriptor: Int32
  let port: Int

  init(_ address: ListenAddress) throws {
    let host = address.host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    let target = try SocketAddress(ipAddress: host, port: address.port)
    let family = target.protocol == .inet6 ? AF_INET6 : AF_INET
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw StorageError.system(address.text, "cannot open a socket") }
    var on: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    let bound = target.withSockAddr { pointer, size in bind(descriptor, pointer, socklen_t(size)) }
    guard bound == 0, listen(descriptor, 256) == 0 else {
      let error = StorageError.system(address.text, "cannot listen")
      Foundation.close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    port = try Self.port(of: descriptor)
  }

  func close() { Foundation.close(descriptor) }

  private static func port(of descriptor: Int32) throws -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let found = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard found == 0 else { throw StorageError.system("the socket", "cannot read the port") }
    // The port lies at the same place in both families.
    return withUnsafeBytes(of: &storage) { Int($0[2]) << 8 | Int($0[3]) }
  }
}

extension ListenAddress {
  var text: String { "\(host):\(port)" }
}
