import Glibc
import SessionAgentClient

/// What standard output, or another descriptor, is.
struct Screen {
  /// Whether it is a terminal.
  let isTerminal: Bool
  /// How wide a table may be; nil without limit.
  let width: Int?
  /// Whether and how it is coloured.
  let style: Style

  /// The process's.
  static func current(_ environment: Environment = .process, of descriptor: Int32 = 1) -> Screen {
    let isTerminal = isatty(descriptor) == 1
    return Screen(
      isTerminal: isTerminal, width: width(of: descriptor, isTerminal: isTerminal, environment),
      style: Style(isTerminal: isTerminal, environment: environment))
  }

  /// `COLUMNS`, else the terminal's own width; a pipe has none.
  private static func width(of descriptor: Int32, isTerminal: Bool, _ environment: Environment) -> Int? {
    if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
    guard isTerminal else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
