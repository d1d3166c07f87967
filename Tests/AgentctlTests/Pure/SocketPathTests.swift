import Foundation
import Glibc
import SessionAgentClient
import Testing

@Suite("The socket's path")
struct SocketPathTests {
  private let place: Place
  init() throws { place = try Place() }

  private func resolve(_ variables: [String: String]) throws -> String {
    try SocketPath.resolve(Environment(variables), systemFolder: place.path + "/run")
  }

  private var own: String { "\(place.path)/session-agent-\(getuid())" }

  @Test("is SESSION_AGENT_SOCK, else in XDG_RUNTIME_DIR where that is absolute")
  func variables() throws {
    #expect(try resolve(["SESSION_AGENT_SOCK": "/x", "XDG_RUNTIME_DIR": "/r"]) == "/x")
    #expect(try resolve(["XDG_RUNTIME_DIR": "/r"]) == "/r/session-agent/agent.sock")
    #expect(try resolve(["XDG_RUNTIME_DIR": "r", "TMPDIR": place.path]) == own + "/session-agent/agent.sock")
  }

  @Test("is absolute")
  func absolute() {
    for path in ["x", "./x", "~/x"] {
      #expect(throws: ClientError.self) { try resolve(["SESSION_AGENT_SOCK": path]) }
    }
  }

  @Test("has at most 107 bytes")
  func length() {
    func path(_ count: Int) -> [String: String] {
      ["SESSION_AGENT_SOCK": "/" + String(repeating: "x", count: count - 1)]
    }
    #expect(throws: Never.self) { try resolve(path(107)) }
    #expect(throws: ClientError.self) { try resolve(path(108)) }
  }

  @Test("without XDG_RUNTIME_DIR is in the system's folder where that is ours and 0700")
  func systemFolder() throws {
    mkdir(place.path + "/run", 0o700)
    #expect(try resolve(["TMPDIR": place.path]) == place.path + "/run/session-agent/agent.sock")
    chmod(place.path + "/run", 0o755)
    #expect(try resolve(["TMPDIR": place.path]) == own + "/session-agent/agent.sock")
  }

  @Test("is not in a temporary folder that is a link, or open to others")
  func unsafeFolder() throws {
    mkdir(own, 0o700)
    #expect(throws: Never.self) { try resolve(["TMPDIR": place.path]) }
    chmod(own, 0o750)
    #expect(throws: ClientError.self) { try resolve(["TMPDIR": place.path]) }
    rmdir(own)
    mkdir(place.path + "/elsewhere", 0o700)
    symlink(place.path + "/elsewhere", own)
    #expect(throws: ClientError.self) { try resolve(["TMPDIR": place.path]) }
  }

  @Test("is not in another user's folder", .enabled(if: geteuid() == 0, "another user takes root"))
  func otherUser() throws {
    mkdir(own, 0o700)
    chown(own, 65534, 65534)
    #expect(throws: ClientError.self) { try resolve(["TMPDIR": place.path]) }
  }
}
