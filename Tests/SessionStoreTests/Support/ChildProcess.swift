import Foundation
import Glibc

/// A child of a test, killed with the object.
final class ChildProcess: Sendable {
  private let process: Process
  private let output: FileHandle

  /// Starts a program by PATH with no other environment than the one given.
  init(_ name: String, _ arguments: [String], environment: [String: String], input: String = "") throws {
    let (into, out) = (Pipe(), Pipe())
    output = out.fileHandleForReading
    process = try Self.start(name, arguments, environment, into, out)
    try into.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try into.fileHandleForWriting.close()
  }

  /// Starts a program that finds two open sockets at 0 and 1. Here they are closed: they end with the program.
  init(_ name: String, _ arguments: [String], environment: [String: String], sockets: (FileHandle, FileHandle)) throws {
    output = .nullDevice
    process = try Self.start(name, arguments, environment, sockets.0, sockets.1)
    for socket in [sockets.0, sockets.1] { try socket.close() }
  }

  private static func start(
    _ name: String, _ arguments: [String], _ environment: [String: String], _ input: Any, _ output: Any
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.environment = environment
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  deinit { end(SIGKILL) }

  /// What the program prints up to its first newline; nil where it ends without one.
  func firstLine() -> String? {
    var line: [UInt8] = []
    while let byte = output.readData(ofLength: 1).first {
      if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    return nil
  }

  /// All that it prints from here to its end.
  func rest() -> String { String(decoding: output.readDataToEndOfFile(), as: UTF8.self) }

  /// Sends a signal.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Sends a signal and waits for the end.
  func end(_ number: Int32) {
    guard process.isRunning else { return }
    signal(number)
    process.waitUntilExit()
  }

  /// Waits for the end; the exit status.
  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }
}
