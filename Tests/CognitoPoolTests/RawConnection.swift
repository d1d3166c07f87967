import Foundation
import Synchronization
import Testing

@testable import CognitoPool

/// A TCP connection that sends exactly the bytes it is told, and gives up after seconds.
final class RawConnection: Sendable {
  private let descriptor: Int32
  /// Bytes of the answers after the one that was taken.
  private let received = Locked<[UInt8]>([])

  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    try #require(descriptor >= 0)
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let descriptor = descriptor
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(connected == 0)
  }

  deinit { close(descriptor) }

  func send(raw text: String) throws {
    var rest = [UInt8](text.utf8)
    while !rest.isEmpty {
      let count = Foundation.send(descriptor, rest, rest.count, Int32(MSG_NOSIGNAL))
      try #require(count > 0)
      rest.removeFirst(count)
    }
  }

  func send(
    _ method: String, _ path: String, host: String, headers: [String: String] = [:], body: String = ""
  ) throws {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)", "Content-Length: \(body.utf8.count)"]
    lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    try send(raw: lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
  }

  /// The next answer; nil when the server closed without one.
  func answer() async throws -> RawAnswer? {
    while true {
      let bytes = received.with { $0 }
      if let answer = try RawAnswer(bytes) {
        received.with { $0 = Array($0.dropFirst(answer.length)) }
        return answer
      }
      guard let more = try await read() else { return nil }
      received.with { $0 += more }
    }
  }

  /// Some bytes; nil at the end. Waits on a thread of its own: the pool needs those that tests run on.
  private func read() async throws -> [UInt8]? {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try self.readBlocking() }) }
    }
  }

  private func readBlocking() throws -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count == 0 || (count < 0 && errno == ECONNRESET) { return nil }
    try #require(count > 0, "no answer in time")
    return Array(buffer.prefix(count))
  }

  /// Whether the server has closed the connection: waits for that.
  func isClosed() async throws -> Bool { try await read() == nil }
}

/// An answer as it came.
struct RawAnswer {
  let status: Int
  let headers: [(name: String, value: String)]
  let body: [UInt8]
  /// Of the whole answer, in bytes.
  let length: Int

  /// Nil until `received` holds a whole one, by its Content-Length.
  init?(_ received: [UInt8]) throws {
    let end = Data(received).range(of: Data("\r\n\r\n".utf8))
    guard let end else { return nil }
    let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    status = try #require(Int(lines[0].split(separator: " ")[1]))
    headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces))
    }
    let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
    guard received.count >= end.upperBound + length else { return nil }
    body = Array(received[end.upperBound..<end.upperBound + length])
    self.length = end.upperBound + length
  }

  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
  var text: String { String(decoding: body, as: UTF8.self) }
  func json() throws -> [String: JSON] { try #require(try JSON(parsing: body).asObject) }
}

/// A value behind a lock.
final class Locked<Value: Sendable>: Sendable {
  private let mutex: Mutex<Value>
  init(_ value: Value) { mutex = Mutex(value) }
  func with<T: Sendable>(_ body: (inout Value) -> T) -> T { mutex.withLock { body(&$0) } }
}
