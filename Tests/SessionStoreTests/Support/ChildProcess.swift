import Foundation
import Glibc

/// A child of a test, killed with the object.
final class ChildProcess: Sendable {
  private let process: Process
  private let output: FileHandle

  /// Starts a program by PATH with no other environment than the one given.
  init(_ name: String, _ arguments: [String], environment: [String: String], input: String = "") throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.environment = environment
    let (standardInput, standardOutput) = (Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = FileHandle.nullDevice
    output = standardOutput.fileHandleForReading
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
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
