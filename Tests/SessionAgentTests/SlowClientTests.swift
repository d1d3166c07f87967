import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import SessionAgent

@Suite("Clients that are slow, leave or are too many")
struct SlowClientTests {
  private static let get = "GET /x HTTP/1.1\r\nHost: agent\r\n\r\n"
  private static func get(_ path: Int) -> String { "GET /\(path) HTTP/1.1\r\nHost: agent\r\n\r\n" }

  @Test("gives the answers also to a client that has closed its writing side, then closes", arguments: [false, true])
  func halfClosed(later: Bool) async throws {
    try await SocketHouse.with(respond: later ? SocketHouse.slow : SocketHouse.bytes) { house in
      let client = try house.connect()
      try client.send((0..<40).map(Self.get).joined())
      client.endInput()
      for number in 0..<40 { #expect(try await client.answer()?.text.split(separator: " ").first == "\(number)") }
      #expect(try await client.isClosed())
    }
  }

  @Test("closes an idle client that leaves, and one that leaves in the middle of a request")
  func leaves() async throws {
    try await SocketHouse.with { house in
      let idle = try house.connect()
      idle.endInput()
      #expect(try await idle.isClosed())
      let half = try house.connect()
      try half.send("GET /x HT")
      half.endInput()
      #expect(try await half.answer()?.status == 400)
      #expect(try await half.isClosed())
    }
  }

  @Test("does not take more from a client that does not read its answers")
  func slowReader() async throws {
    let asked = Locked(0)
    try await SocketHouse.with(respond: { request in
      asked.with { $0 += 1 }
      return SocketHouse.bytes(request)
    }) { house in
      let client = try house.connect()
      try client.send((0..<300).map(Self.get).joined())
      // Another client is answered meanwhile, and by then the first one's requests are there too.
      let other = try house.connect()
      try other.send(Self.get)
      #expect(try await other.answer()?.status == 200)
      #expect(asked.value < 60, "\(asked.value) answers of 60 kB were made for a client that reads none")
      for number in 0..<300 { #expect(try await client.answer()?.text.hasPrefix("\(number) ") == true) }
    }
  }

  @Test("gives 408 to a request that is not sent in time, wherever it stops")
  func late() async throws {
    try await SocketHouse.with(limits: SocketLimits(timeForRequest: .milliseconds(100))) { house in
      let post = "POST /x HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
      for part in ["G", "GET / HTTP/1.1\r\nHost: ag", post, post + "{"] {
        let client = try house.connect()
        try client.send(part)
        let answer = try await client.answer()
        #expect(answer?.status == 408 && answer?.code == "invalid_request")
        #expect(try await client.isClosed())
      }
    }
  }

  @Test("gives 408 also where the late request began together with one that was whole")
  func lateBehind() async throws {
    try await SocketHouse.with(limits: SocketLimits(timeForRequest: .milliseconds(100))) { house in
      let client = try house.connect()
      try client.send(
        Self.get + "POST /x HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
      #expect(try await client.answer()?.status == 200)
      #expect(try await client.answer()?.status == 408)
    }
  }

  @Test("an idle client and one that waits for its answer are not late")
  func notLate() async throws {
    try await SocketHouse.with(
      limits: SocketLimits(timeForRequest: .milliseconds(50)),
      respond: { _ in
        .later {
          try await Task.sleep(for: .milliseconds(200))
          return .noContent
        }
      }
    ) { house in
      let client = try house.connect()
      for _ in 0..<2 {
        try client.send(Self.get)
        #expect(try await client.answer()?.status == 204)
      }
    }
  }

  @Test("beyond the limit the one that has been idle longest has to go, though it may never have said anything")
  func idleMakesRoom() async throws {
    try await SocketHouse.with(limits: SocketLimits(connections: 2, timeBeforeIdle: .zero)) { house in
      let silent = try house.connect()
      let second = try house.connect()
      try second.send(Self.get)
      #expect(try await second.answer()?.status == 200)
      let third = try house.connect()
      try third.send(Self.get)
      #expect(try await third.answer()?.status == 200)
      #expect(try await silent.isClosed())
      try second.send(Self.get)
      #expect(try await second.answer()?.status == 200)
      try house.connect().send(Self.get)
      #expect(try await third.isClosed())
    }
  }

  @Test("of a crowd that comes at once nobody pushes out whoever came just before, with the request still to be read")
  func crowd() async throws {
    try await SocketHouse.with(limits: SocketLimits(connections: 2, timeBeforeIdle: .minutes(10))) { house in
      let inside = [try house.connect(), try house.connect()]
      let third = try house.connect()
      #expect(try await third.answer()?.code == "throttled")
      for client in inside {
        try client.send(Self.get)
        #expect(try await client.answer()?.status == 200)
      }
    }
  }

  @Test("beyond the limit is told to come back where all others are at work")
  func tooMany() async throws {
    let gate = Gate()
    try await SocketHouse.with(
      limits: SocketLimits(connections: 2),
      respond: { _ in
        .later {
          await gate.pass()
          return .noContent
        }
      }
    ) { house in
      let first = try house.connect()
      let second = try house.connect()
      for client in [first, second] { try client.send(Self.get) }
      try await eventually("both are at work") { gate.arrived == 2 }
      let third = try house.connect()
      let answer = try await third.answer()
      #expect(answer?.status == 503 && answer?.code == "throttled" && answer?.header("retry-after") == "1")
      #expect(try await third.isClosed())
      gate.open()
      for client in [first, second] { #expect(try await client.answer()?.status == 204) }
      try await eventually("there is room again") {
        let fourth = try house.connect()
        try fourth.send(Self.get)
        return try await fourth.answer()?.status == 204
      }
    }
  }

  @Test("garbage of one client harms no other")
  func garbage() async throws {
    try await SocketHouse.with { house in
      let honest = try house.connect()
      for _ in 0..<20 {
        let hostile = try house.connect()
        try? hostile.send((0..<5000).map { _ in UInt8.random(in: 0...255) })
      }
      try honest.send(Self.get)
      #expect(try await honest.answer()?.status == 200)
    }
  }

  @Test("a client that vanishes takes the work that was done for it along")
  func vanishes() async throws {
    let cancelled = Locked(false)
    let began = Locked(false)
    try await SocketHouse.with(respond: { _ in
      .later {
        began.with { $0 = true }
        do {
          try await Task.sleep(for: .seconds(60))
        } catch {
          cancelled.with { $0 = true }
        }
        return .noContent
      }
    }) { house in
      var client: UnixClient? = try house.connect()
      try client?.send(Self.get)
      try await eventually("the request is there") { began.value }
      client = nil
      try await eventually("its work was given up") { cancelled.value }
    }
  }
}
