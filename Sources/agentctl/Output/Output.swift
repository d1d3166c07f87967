// How agentctl speaks:
//
// - Results on standard output, everything else on standard error, so that a pipe carries results alone.
// - A failure is one paragraph: what happened; then what to do, as a command where there is one.
// - With --json: one object a line, RFC 3339 times in UTC; a failure is a problem object on standard error.
// - Colour only on a terminal, never where NO_COLOR is set or TERM is dumb, and never as the only sign of anything.
// - Times as a person reads them ("in 42 min"); tables fit the terminal.
// - Text from outside has its control characters replaced before a terminal sees it.
// - A secret is printed by the commands whose purpose it is, and read from a terminal without echo.

import CSystemCalls
import Glibc
import SessionAPI
import SessionModel
import WireJSON

/// Where text goes.
enum Output {
  /// A result: a line on standard output.
  static func result(_ line: String) { write(line + "\n", to: 1) }

  /// Something to know that is no result: a line on standard error.
  static func error(_ line: String) { write(line + "\n", to: 2) }

  /// A result in JSON.
  static func result(_ json: JSONValue) { result(json.text) }

  /// An answer of the agent's: as it came where JSON is asked for, or where it is not what it should be; else as
  /// `show` has it.
  static func result<Document: WireDocument>(_ answer: JSONValue, json: Bool, _ show: (Document) -> Void) {
    guard !json, let document = try? Document(json: answer) else { return result(answer) }
    show(document)
  }

  /// A table as wide as the terminal.
  static func result(_ table: Table) {
    let screen = Screen.current()
    result(table.lines(width: screen.width, style: screen.style).joined(separator: "\n"))
  }

  /// A result that is a secret, and the end of its line.
  static func result(revealing secret: Secret, after prefix: String = "") {
    let start = Array(prefix.utf8)
    let line = Secret(count: start.count + secret.count + 1) { line in
      line.copyBytes(from: start)
      secret.withRevealedBytes { UnsafeMutableRawBufferPointer(rebasing: line[start.count...]).copyMemory(from: $0) }
      line[line.count - 1] = UInt8(ascii: "\n")
    }
    line.withRevealedBytes { write($0, to: 1) }
  }

  /// Writes text.
  static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
  }

  /// Writes all bytes; a result that can't be written (a full disk) ends the command.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        if descriptor == 1 { fail(errno) }
        return
      }
    }
  }

  /// Where the reader has gone (EPIPE) there is nobody to tell.
  private static func fail(_ number: Int32) -> Never {
    if number != EPIPE { error("agentctl: The result can't be written: \(String(cString: strerror(number))).") }
    exit(1)
  }

  /// The time.
  static func now() -> Timestamp { Timestamp(milliseconds: csystem_realtime_milliseconds()) }
}
