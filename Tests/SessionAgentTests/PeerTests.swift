import Foundation
import Testing

@testable import SessionAgent

@Suite("SECURITY 7: a peer of another user")
struct PeerTests {
  private static let get = "GET /v1/status HTTP/1.1\r\nHost: agent\r\n\r\n"

  @Test("has its connection closed without a byte read or written, and is counted in the log once a minute")
  func otherUser() async throws {
    // Seen from the other side: a server that belongs to somebody else, and real credentials of this process.
    try await SocketHouse.with(
      ownUID: geteuid() + 1,
      respond: { _ in
        Issue.record("the request of another user was read")
        return .now(.noContent)
      }
    ) { house in
      for _ in 0..<3 {
        let client = try house.connect()
        try? client.send(Self.get)
        #expect(try await client.isClosed())
      }
      #expect(house.log.lines == ["warning connections of other users were refused count=1"])
    }
  }
}
