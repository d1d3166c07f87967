internal import Glibc

/// The signals that the agent takes: blocked everywhere, waited for by the main thread.
enum Signals {
  /// To be called before any other thread exists, so that all inherit the mask.
  static func block() {
    signal(SIGPIPE, SIG_IGN)
    var set = Signals.set
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Passes each signal on, for as long as the process lives. The main thread waits here and not in libdispatch, which
  /// would take the mask away.
  static func pass(on handle: (CInt) -> Void) -> Never {
    var set = Signals.set
    var number: CInt = 0
    while true {
      if sigwait(&set, &number) == 0 { handle(number) }
    }
  }

  private static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
    return set
  }
}
