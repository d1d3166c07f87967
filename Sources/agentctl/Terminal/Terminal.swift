import CSystemCalls
import Glibc
import SessionModel

/// The person's terminal: asks one thing at a time.
struct Terminal {
  private let input: Int32
  let output: Int32
  private let interrupts: Interrupts

  /// The terminal; nil where standard input is none, and answers are lines of it.
  init?(_ interrupts: Interrupts) {
    guard isatty(0) == 1 else { return nil }
    // The controlling terminal rather than standard error, which may be a file; without one, what there is.
    let controlling = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    input = controlling >= 0 ? controlling : 0
    output = controlling >= 0 ? controlling : 2
    self.interrupts = interrupts
  }

  /// Shows a line.
  func show(_ line: String) { Output.write(line + "\n", to: output) }

  /// Asks, with echo off where `hidden`. However it ends, the terminal is as it was.
  ///
  /// - Throws: `LineReader.Ending`, or the failure of the signal that came.
  func ask(_ prompt: String, hidden: Bool) throws -> Secret {
    try Interrupts.holdingStop { stop in
      while true {
        do {
          return try askOnce(prompt, hidden: hidden, stop: stop)
        } catch LineReader.Ending.interrupted(let descriptor) {
          guard descriptor == stop else { throw interrupts.failure() }
          _ = csystem_take_signal(stop)
          csystem_stop_self()
        }
      }
    }
  }

  private func askOnce(_ prompt: String, hidden: Bool, stop: Int32) throws(LineReader.Ending) -> Secret {
    let modes = hidden ? TerminalModes(of: input) : nil
    modes?.turnEchoOff()
    Output.write(prompt, to: output)
    defer {
      modes?.restore()
      if hidden { Output.write("\n", to: output) }
    }
    return try LineReader(input: input, watched: [interrupts.descriptor, stop]).line()
  }
}
