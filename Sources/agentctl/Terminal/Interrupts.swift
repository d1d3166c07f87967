import CSystemCalls
import Glibc
import SessionAgentClient

/// Signals that end the command, taken from a descriptor instead of by a handler: whoever waits sees it readable,
/// restores the terminal, gives up what is half-done, and ends with 128 + the signal's number.
struct Interrupts {
  /// Readable once a signal has come.
  let descriptor: Int32

  /// Blocks SIGHUP, SIGINT, SIGQUIT and SIGTERM for the rest of the process's life.
  init() throws {
    descriptor = csystem_signal_descriptor([SIGHUP, SIGINT, SIGQUIT, SIGTERM], 4)
    guard descriptor >= 0 else { throw CommandFailure.failed("Signals can't be awaited.") }
  }

  /// The failure that the signal which has come is.
  func failure() -> CommandFailure {
    let number = csystem_take_signal(descriptor)
    return number > 0 ? .signal(number) : .failed("Cancelled.")
  }

  /// Runs what calls the agent with this descriptor; the signal that ends a call is the failure thrown.
  func guarding<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch ClientError.cancelled {
      throw failure()
    }
  }

  /// Runs `body` with Ctrl-Z held back until it is done, for what would leave the terminal in the midst of something.
  ///
  /// - Parameter body: gets a descriptor that is readable once Ctrl-Z was typed.
  static func holdingStop<Result>(_ body: (_ stop: Int32) throws -> Result) rethrows -> Result {
    let stop = csystem_signal_descriptor([SIGTSTP], 1)
    defer {
      close(stop)
      csystem_unblock_signal(SIGTSTP)
    }
    return try body(stop)
  }

  /// Waits; a signal ends it.
  func pause(milliseconds: Int32) throws {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    if poll(&watched, 1, milliseconds) > 0 { throw failure() }
  }
}
