import NIOCore
import Testing

@testable import SessionAgent

@Suite("SECURITY 9 and 10: requests that are no honest client's")
struct RequestGuardTests {
  @Test("a request by the names of the socket is answered", arguments: ["agent", "localhost", "AGENT", "Localhost"])
  func goodHost(host: String) async throws {
    try await SocketHouse.with { house in
      let answer = try await house.send("GET /v1/status HTTP/1.1\r\nHost: \(host)\r\n\r\n")
      #expect(answer?.status == 200)
      #expect(answer?.text == "GET v1|status ")
      #expect(answer?.header("cache-control") == "no-store")
      #expect(answer?.headers.contains { $0.name.hasPrefix("access-control-") } == false)
    }
  }

  /// A head that is refused, with what.
  struct Bad: Sendable, CustomTestStringConvertible {
    var what: String
    var status: Int
    var code: String
    var head: String
    var testDescription: String { what }

    init(_ what: String, _ status: Int, _ code: String, _ head: String) {
      (self.what, self.status, self.code, self.head) = (what, status, code, head)
    }
  }

  static let heads: [Bad] = [
    Bad("no Host", 400, "invalid_request", "GET / HTTP/1.1\r\n"),
    Bad("two Hosts", 400, "invalid_request", "GET / HTTP/1.1\r\nHost: agent\r\nHost: agent\r\n"),
    Bad("two Hosts in one", 403, "denied", "GET / HTTP/1.1\r\nHost: agent, agent\r\n"),
    Bad("an empty Host", 403, "denied", "GET / HTTP/1.1\r\nHost:\r\n"),
    Bad("another Host", 403, "denied", "GET / HTTP/1.1\r\nHost: evil.example.org\r\n"),
    Bad("a Host with a port", 403, "denied", "GET / HTTP/1.1\r\nHost: localhost:80\r\n"),
    Bad("Origin", 403, "denied", "GET / HTTP/1.1\r\nHost: agent\r\nOrigin: null\r\n"),
    Bad("an empty Origin", 403, "denied", "GET / HTTP/1.1\r\nHost: agent\r\norigin:\r\n"),
    Bad("Referer", 403, "denied", "GET / HTTP/1.1\r\nHost: agent\r\nREFERER: http://localhost/\r\n"),
    Bad("Sec-Fetch-Site", 403, "denied", "GET / HTTP/1.1\r\nHost: agent\r\nSec-Fetch-Site: none\r\n"),
    Bad("Sec-Fetch of any kind", 403, "denied", "GET / HTTP/1.1\r\nHost: agent\r\nsec-fetch-x: 1\r\n"),
    Bad(
      "Content-Length and Transfer-Encoding", 400, "invalid_request",
      "POST / HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
        + "Transfer-Encoding: chunked\r\n"),
    Bad(
      "Transfer-Encoding and Content-Length", 400, "invalid_request",
      "POST / HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
        + "Content-Length: 2\r\n"),
    Bad(
      "two Content-Lengths", 400, "invalid_request",
      "POST / HTTP/1.1\r\nHost: agent\r\nContent-Length: 2\r\nContent-Length: 2\r\n"),
    Bad("a negative length", 400, "invalid_request", "POST / HTTP/1.1\r\nHost: agent\r\nContent-Length: -1\r\n"),
    Bad("a folded header", 400, "invalid_request", "GET / HTTP/1.1\r\nHost: agent\r\nX: a\r\n b\r\n"),
    Bad("a folded Host", 400, "invalid_request", "GET / HTTP/1.1\r\nHost:\r\n agent\r\n"),
    Bad("bare LF after a header", 400, "invalid_request", "GET / HTTP/1.1\r\nHost: agent\nX: a\r\n"),
    Bad("bare LF after the request line", 400, "invalid_request", "GET / HTTP/1.1\nHost: agent\r\n"),
    Bad("bare CR", 400, "invalid_request", "GET / HTTP/1.1\r\nHost: agent\rX: a\r\n"),
    Bad("a space before the colon", 400, "invalid_request", "GET / HTTP/1.1\r\nHost : agent\r\n"),
    Bad("NUL in a value", 400, "invalid_request", "GET / HTTP/1.1\r\nHost: agent\r\nX: a\u{0}b\r\n"),
    Bad("HTTP/2.0", 400, "invalid_request", "GET / HTTP/2.0\r\nHost: agent\r\n"),
    Bad("HTTP/0.9", 400, "invalid_request", "GET /\r\nHost: agent\r\n"),
    Bad("TLS", 400, "invalid_request", "\u{16}\u{3}\u{1}\u{2}"),
    Bad("a space in the target", 400, "invalid_request", "GET /a b HTTP/1.1\r\nHost: agent\r\n"),
    Bad(
      "an unknown coding", 400, "invalid_request",
      "POST / HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip\r\n"),
    Bad(
      "a long header", 431, "too_large",
      "GET / HTTP/1.1\r\nHost: agent\r\nX: \(String(repeating: "x", count: 17_000))\r\n"),
    Bad(
      "many headers", 431, "too_large",
      "GET / HTTP/1.1\r\nHost: agent\r\n"
        + (0..<1000).map { "X\($0): \(String(repeating: "x", count: 12))\r\n" }.joined()),
    Bad("a long URL", 431, "too_large", "GET /\(String(repeating: "x", count: 17_000)) HTTP/1.1\r\nHost: agent\r\n"),
    Bad(
      "a very long URL", 431, "too_large", "GET /\(String(repeating: "x", count: 200_000)) HTTP/1.1\r\nHost: agent\r\n"),
  ]

  @Test("is refused with a problem, then the connection is closed", arguments: heads)
  func refused(bad: Bad) async throws {
    try await SocketHouse.with(respond: { _ in
      Issue.record("the request came through")
      return .now(.noContent)
    }) { house in
      let client = try house.connect()
      // A server that has said no may stop reading.
      try? client.send(bad.head + "\r\n")
      let answer = try await client.answer()
      #expect(answer?.status == bad.status)
      #expect(answer?.code == bad.code)
      #expect(answer?.header("connection") == "close")
      #expect(try await client.isClosed())
    }
  }

  @Test("a head of just under 16 KiB is taken")
  func largeHead() async throws {
    try await SocketHouse.with { house in
      let padding = String(repeating: "x", count: 16 * 1024 - 100)
      let answer = try await house.send("GET / HTTP/1.1\r\nHost: agent\r\nX: \(padding)\r\n\r\n")
      #expect(answer?.status == 200)
    }
  }

  private static func post(_ headers: String, _ body: String) -> String {
    "POST /x HTTP/1.1\r\nHost: agent\r\n\(headers)\r\n\(body)"
  }

  @Test(
    "a body must be JSON",
    arguments: [
      ("application/json", 200), ("application/json; charset=utf-8", 200), ("Application/JSON", 200),
      ("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("multipart/form-data", 415),
      ("application/jsonp", 415), ("", 415),
    ])
  func contentType(type: String, status: Int) async throws {
    try await SocketHouse.with { house in
      let header = type.isEmpty ? "" : "Content-Type: \(type)\r\n"
      let plain = try await house.send(Self.post("\(header)Content-Length: 2\r\n", "{}"))
      #expect(plain?.status == status)
      let chunked = try await house.send(Self.post("\(header)Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"))
      #expect(chunked?.status == status)
      if status == 415 { #expect(plain?.code == "invalid_request" && chunked?.code == "invalid_request") }
    }
  }

  @Test("a body of 64 KiB is taken whole, one byte more is not", arguments: [0, 1])
  func bodySize(extra: Int) async throws {
    try await SocketHouse.with { house in
      let body = String(repeating: "x", count: 64 * 1024 + extra)
      let type = "Content-Type: application/json\r\n"
      let half = body.utf8.count / 2
      let chunks = [body.prefix(half), body.dropFirst(half)].map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }
      for request in [
        Self.post("\(type)Content-Length: \(body.utf8.count)\r\n", body),
        Self.post("\(type)Transfer-Encoding: chunked\r\n", chunks.joined() + "0\r\n\r\n"),
      ] {
        let client = try house.connect()
        try? client.send(request)
        let answer = try await client.answer()
        #expect(answer?.status == (extra == 0 ? 200 : 413))
        if extra > 0 {
          #expect(answer?.code == "too_large")
          #expect(try await client.isClosed())
        } else {
          #expect(answer?.body.count == "POST x ".utf8.count + body.utf8.count)
        }
      }
    }
  }

  @Test("a body that is announced too large is refused before it is sent")
  func announced() async throws {
    try await SocketHouse.with { house in
      let headers = "Content-Type: application/json\r\nContent-Length: 99999999999\r\n"
      let answer = try await house.send(Self.post(headers, ""))
      #expect(answer?.status == 413)
    }
  }
}
