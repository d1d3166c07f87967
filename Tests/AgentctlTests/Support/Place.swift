import Foundation

/// A folder of its own for one test, gone with it.
final class Place: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/agentctl-test.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var socket: String { path + "/agent.sock" }

  /// Writes a file and returns its path.
  func write(_ text: String, to name: String) throws -> String {
    let file = path + "/" + name
    try text.write(toFile: file, atomically: false, encoding: .utf8)
    return file
  }

  /// A file's text, empty where there is none.
  func read(_ name: String) -> String { (try? String(contentsOfFile: path + "/" + name, encoding: .utf8)) ?? "" }

  /// What the programs of a test see: nothing of the machine's own.
  func environment(_ more: [String: String] = [:]) -> [String: String] {
    let fixed = [
      "HOME": path, "PATH": "/usr/bin:/bin", "SESSION_AGENT_SOCK": socket, "SESSION_AGENT_NO_AUTOSTART": "1",
      "TERM": "xterm-256color", "XDG_STATE_HOME": path + "/state",
    ]
    return fixed.merging(more) { $1 }.filter { !$0.value.isEmpty }
  }
}
