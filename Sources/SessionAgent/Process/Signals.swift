internal import Glibc

/// The signals that the agent takes: blocked everywhere, waited for by one thread.
enum Signals {
  /// To be called before any other thread exists, so that all inherit the mask.
  static func block() {
    signal(SIGPIPE, SIG_IGN)
    var set = Signals.set
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Calls back with each signal; false where there can be no thread.
  static func watch(_ handle: @escaping @Sendable (CInt) -> Void) -> Bool {
    DetachedThread.start {
      var set = Signals.set
      var number: CInt = 0
      while true {
        if sigwait(&set, &number) == 0 { handle(number) }
      }
    }
  }

  private static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
    return set
  }
}
