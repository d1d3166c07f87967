internal import CSystemCalls
internal import Glibc
internal import SessionModel

/// One kernel timer on CLOCK_BOOTTIME, watched by a thread that sleeps until it fires: it counts suspend, and nothing
/// wakes up when nothing is due.
struct BootTimer: DeadlineTimer {
  private let descriptor: CInt

  /// Nil where the kernel gives no timer.
  ///
  /// - Parameter fire: called on the timer's thread each time.
  init?(fire: @escaping @Sendable () -> Void) {
    let descriptor = csystem_boottime_timer()
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
    let isRunning = DetachedThread.start {
      var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      var expirations: UInt64 = 0
      while true {
        guard poll(&watched, 1, -1) > 0 else { continue }
        if read(descriptor, &expirations, 8) == 8 { fire() }
      }
    }
    guard isRunning else { return nil }
  }

  func arm(at instant: BootInstant?) {
    _ = csystem_arm_boottime_timer(descriptor, instant.map { max($0.milliseconds, 1) } ?? -1)
  }
}
