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

  /// As root only: another user's process, by its real credentials, on a folder that lets it in. Elsewhere this part is
  /// not run, and the run says so.
  @Test("that is a process of its own is refused by its credentials, the folder's mode aside")
  func otherProcess() async throws {
    guard geteuid() == 0 else {
      print("NOT RUN: a peer of another user needs root")
      return
    }
    try await SocketHouse.with(respond: { _ in
      Issue.record("the request of another user was read")
      return .now(.noContent)
    }) { house in
      try #require(chmod((house.path as NSString).deletingLastPathComponent, 0o755) == 0)
      try #require(chmod(house.path, 0o666) == 0)
      let program = """
        import os, socket, sys
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
        peer = socket.socket(socket.AF_UNIX); peer.settimeout(20)
        peer.connect(sys.argv[1])
        try:
            peer.sendall(sys.argv[2].encode())
            got = peer.recv(1000)
        except (BrokenPipeError, ConnectionResetError):
            got = b""
        sys.exit(7 if got == b"" else 1)
        """
      let child = Process()
      child.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
      child.arguments = ["-c", program, house.path, Self.get]
      let status = try await withCheckedThrowingContinuation { continuation in
        child.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do {
          try child.run()
        } catch {
          continuation.resume(throwing: error)
        }
      }
      #expect(status == 7)
      try await eventually("it is in the log") {
        house.log.lines == ["warning connections of other users were refused count=1"]
      }
    }
  }
}
