import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import SessionAgent

@Suite("A connection")
struct ConnectionTests {
  private static let get = "GET /x HTTP/1.1\r\nHost: agent\r\n\r\n"
  private static func get(_ path: Int) -> String { "GET /\(path) HTTP/1.1\r\nHost: agent\r\n\r\n" }

  @Test("stays open for the next request")
  func keepAlive() async throws {
    try await SocketHouse.with { house in
      let client = try house.connect()
      for _ in 0..<3 {
        try client.send(Self.get)
        let answer = try await client.answer()
        #expect(answer?.status == 200 && answer?.header("connection") == nil)
      }
    }
  }

  @Test("is closed after an answer where the client asks for that or speaks HTTP/1.0")
  func closed() async throws {
    try await SocketHouse.with { house in
      for head in ["GET /x HTTP/1.1\r\nConnection: close", "GET /x HTTP/1.0"] {
        let client = try house.connect()
        try client.send(head + "\r\nHost: agent\r\n\r\n")
        #expect(try await client.answer()?.header("connection") == "close")
        #expect(try await client.isClosed())
      }
    }
  }

  @Test("is closed after a request with a body: its buffers may hold a secret")
  func closedAfterBody() async throws {
    try await SocketHouse.with { house in
      let client = try house.connect()
      try client.send(
        "POST /x HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
      #expect(try await client.answer()?.text == "POST x {}")
      #expect(try await client.isClosed())
    }
  }

  @Test("answers many pipelined requests, all and in order", arguments: [false, true])
  func pipelined(later: Bool) async throws {
    try await SocketHouse.with(respond: later ? SocketHouse.slow : SocketHouse.echo) { house in
      let client = try house.connect()
      try client.send((0..<200).map(Self.get).joined())
      for number in 0..<200 {
        #expect(try await client.answer()?.text == (later ? "\(number)" : "GET \(number) "))
      }
    }
  }

  @Test("answers requests that come byte by byte")
  func byteByByte() async throws {
    try await SocketHouse.with { house in
      let client = try house.connect()
      for byte in (Self.get(1) + Self.get(2)).utf8 { try client.send([byte]) }
      #expect(try await client.answer()?.text == "GET 1 ")
      #expect(try await client.answer()?.text == "GET 2 ")
    }
  }

  @Test("an answer to HEAD has no body")
  func head() async throws {
    try await SocketHouse.with { house in
      let client = try house.connect()
      try client.send("HEAD /x HTTP/1.1\r\nHost: agent\r\n\r\n")
      let text = try await client.read(until: "\r\n\r\n")
      #expect(text.hasPrefix("HTTP/1.1 200") && text.hasSuffix("\r\n\r\n"))
      try client.send(Self.get)
      #expect(try await client.read(until: "GET x").hasPrefix(text + "HTTP/1.1 200"))
    }
  }
}
