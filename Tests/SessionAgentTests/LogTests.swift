import Foundation
import Logging
import Testing

@testable import SessionAgent

@Suite("The log")
struct LogTests {
  /// A logger into a file of its own.
  private struct Desk {
    let folder: TemporaryFolder
    let descriptor: Int32
    let output: LogOutput
    var path: String { folder.path + "/agent.log" }

    init() throws {
      folder = try TemporaryFolder()
      let path = folder.path + "/agent.log"
      descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      try #require(descriptor >= 0)
      output = LogOutput(file: path, descriptor: descriptor)
    }

    func logger(_ level: Logger.Level) -> Logger {
      Logger(label: "test") { _ in StandardErrorLog(level: level, output: output) }
    }

    func lines() throws -> [String] { try folder.text("agent.log").split(separator: "\n").map(String.init) }
  }

  @Test("has one line an entry: time, level, message, what goes with it")
  func line() throws {
    let desk = try Desk()
    desk.logger(.debug).info("refreshed", metadata: ["session": "work", "generation": "4"])
    let line = try #require(try desk.lines().first)
    let rest = try #require(line.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (.*)/)?.1)
    #expect(rest == "info refreshed generation=4 session=work")
  }

  @Test("says no more than its level", arguments: [("error", 1), ("warning", 2), ("info", 3), ("debug", 4)])
  func levels(name: String, count: Int) throws {
    let desk = try Desk()
    let logger = desk.logger(try #require(Logger.Level(rawValue: name)))
    logger.trace("t")
    logger.debug("d")
    logger.info("i")
    logger.warning("w")
    logger.error("e")
    #expect(try desk.lines().count == count)
  }

  @Test("a line, or a value in it, can't be forged")
  func forged() throws {
    let desk = try Desk()
    let bad = "x\n2026-01-01T00:00:00Z error forged\r\u{1B}[2J\u{85}\u{2028}y"
    desk.logger(.info).info("\(bad)", metadata: ["why": "\(bad)", "a": "b\" session=\"work", "b": "c=d", "c": ""])
    let text = try desk.folder.text("agent.log")
    #expect(text.unicodeScalars.count { $0 == "\n" } == 1 && text.hasSuffix("\n"))
    #expect(!text.unicodeScalars.contains { $0 != "\n" && ($0.value < 0x20 || (0x7F...0x9F).contains($0.value)) })
    #expect(!text.unicodeScalars.contains("\u{2028}"))
    #expect(text.contains(#" a="b\" session=\"work" b="c=d" c="" why="x 2026"#))
  }

  @Test("in the agent's own file is rotated at 1 MiB, with one predecessor")
  func rotation() throws {
    let desk = try Desk()
    let line = String(repeating: "x", count: 64 * 1024 - 1) + "\n"
    for _ in 0..<16 { desk.output.write(line) }
    #expect(!desk.folder.exists("agent.log.1"))
    desk.output.write("first of the second\n")
    #expect(try desk.folder.text("agent.log") == "first of the second\n")
    #expect(try desk.folder.text("agent.log.1").utf8.count == 1 << 20)
    for _ in 0..<16 { desk.output.write(line) }
    desk.output.write("first of the third\n")
    #expect(try desk.folder.text("agent.log.1").hasPrefix("first of the second\n"))
    var status = stat()
    #expect(stat(desk.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: desk.folder.path).count == 2)
  }

  @Test("that somebody else leads elsewhere is not rotated")
  func elsewhere() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/journal"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    let output = LogOutput(file: folder.path + "/agent.log", descriptor: descriptor)
    for _ in 0..<17 { output.write(String(repeating: "x", count: 64 * 1024)) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["journal"])
    close(descriptor)
  }
}

@Suite("Telling the service manager")
struct ServiceNotifierTests {
  private func receive(_ name: String, isAbstract: Bool) throws -> String {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = isAbstract ? [0] + Array(name.utf8) : Array(name.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    try #require(bound == 0)
    ServiceNotifier.notify("READY=1", environment: ["NOTIFY_SOCKET": isAbstract ? "@\(name)" : name])
    var buffer = [UInt8](repeating: 0, count: 100)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
  }

  @Test("is one datagram to NOTIFY_SOCKET, a path or an abstract name")
  func datagram() throws {
    let folder = try TemporaryFolder()
    #expect(try receive(folder.path + "/notify", isAbstract: false) == "READY=1")
    #expect(try receive("agent-tests-\(UUID().uuidString)", isAbstract: true) == "READY=1")
  }

  @Test("does nothing where there is nobody to tell")
  func nobody() {
    for environment in [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "/nonexistent"], ["NOTIFY_SOCKET": "relative"]] {
      ServiceNotifier.notify("READY=1", environment: environment)
    }
  }
}
