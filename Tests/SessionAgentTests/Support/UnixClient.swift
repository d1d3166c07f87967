import Foundation
import Testing

/// A connection to a unix socket that sends exactly the bytes it is told, and gives up after seconds.
final class UnixClient: Sendable {
  let descriptor: Int32
  /// Bytes of the answers after the one that was taken.
  private let received = Locked<[UInt8]>([])

  init(_ path: String, seconds: Int = 20) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    try #require(descriptor >= 0)
    var patience = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let connected = withUnixAddress(path) { Foundation.connect(descriptor, $0, $1) }
    try #require(connected == 0, "connect: \(String(cString: strerror(errno)))")
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { throw Refused(why: String(cString: strerror(errno))) }
      rest = rest.dropFirst(count)
    }
  }

  struct Refused: Error { let why: String }

  func endInput() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// The next answer; nil when the server closed without one.
  func answer() async throws -> WireAnswer? {
    while true {
      let bytes = received.value
      if let answer = try WireAnswer(bytes) {
        received.with { $0.removeFirst(answer.length) }
        return answer
      }
      guard let more = try await read() else {
        #expect(bytes.isEmpty, "the connection closed in the middle of an answer")
        return nil
      }
      received.with { $0 += more }
    }
  }

  /// Reads until the text has come; all that came so far.
  func read(until text: String) async throws -> String {
    while !String(decoding: received.value, as: UTF8.self).contains(text) {
      let more = try #require(try await read(), "closed before \(text)")
      received.with { $0 += more }
    }
    return String(decoding: received.value, as: UTF8.self)
  }

  /// Whether the server has closed the connection, after the answers that were taken: waits for that.
  func isClosed() async throws -> Bool {
    let rest = try await read()
    return received.value.isEmpty && rest == nil
  }

  /// Some bytes; nil at the end. Waits on a thread of its own: tests and the agent need those of the pool.
  private func read() async throws -> [UInt8]? {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try self.readBlocking() }) }
    }
  }

  private func readBlocking() throws -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count == 0 || (count < 0 && errno == ECONNRESET) { return nil }
    guard count > 0 else { throw NotInTime() }
    return Array(buffer.prefix(count))
  }
}

/// The address of a path.
func withUnixAddress<Result>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix(107)) }
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
  }
}

/// An answer as it came.
struct WireAnswer: Sendable {
  let status: Int
  let headers: [(name: String, value: String)]
  let body: [UInt8]
  /// Of the whole answer, in bytes.
  let length: Int

  /// Nil until `received` holds a whole one, by its Content-Length.
  init?(_ received: [UInt8]) throws {
    guard let end = Data(received).range(of: Data("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    try #require(words.count >= 2 && words[0] == "HTTP/1.1", "\(lines[0])")
    status = try #require(Int(words[1]))
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
  /// The code of the problem that it carries.
  var code: String? {
    guard header("content-type") == "application/problem+json" else { return nil }
    let problem = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
    return problem?["code"] as? String
  }
}
