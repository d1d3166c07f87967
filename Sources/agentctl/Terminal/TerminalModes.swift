import Glibc

/// The modes that a terminal had, to be put back.
struct TerminalModes {
  private let descriptor: Int32
  private let saved: termios

  /// Nil where the descriptor is no terminal.
  init?(of descriptor: Int32) {
    var modes = termios()
    guard tcgetattr(descriptor, &modes) == 0 else { return nil }
    self.descriptor = descriptor
    saved = modes
  }

  func turnEchoOff() {
    var modes = saved
    modes.c_lflag &= ~tcflag_t(ECHO | ECHONL)
    // What was typed before the echo was off has been seen, and was no answer to this prompt.
    tcsetattr(descriptor, TCSAFLUSH, &modes)
  }

  func restore() {
    var modes = saved
    tcsetattr(descriptor, TCSADRAIN, &modes)
  }

  /// Runs what has somebody else use the terminal of that name, who may be ended in the middle. However it ends, the
  /// terminal is as it was.
  static func keeping<Result>(ofTerminal name: String?, _ body: () throws -> Result) throws -> Result {
    let descriptor = name.map { open($0, O_RDWR | O_NOCTTY | O_CLOEXEC) } ?? -1
    let modes = TerminalModes(of: descriptor)
    defer { if descriptor >= 0 { close(descriptor) } }
    // Ctrl-Z would hand the shell a terminal on which somebody else goes on asking.
    return try Interrupts.holdingStop { _ in
      defer { modes?.restore() }
      return try body()
    }
  }
}
