internal import CSystemCalls
internal import Glibc
internal import SessionModel

/// What the kernel tells by itself, heard by one thread that sleeps until it does: the timer on CLOCK_BOOTTIME (which
/// counts suspend), a setting of the civil clock, a change of the network. Nothing wakes up when nothing happens.
struct KernelWatch: DeadlineTimer {
  /// What happened.
  enum News: Sendable {
    /// The timer has fired.
    case due
    /// Somebody set the civil clock.
    case clockSet
    /// A link, an address or a route came or went.
    case network
  }

  private let timer: CInt

  /// Nil where the kernel gives no timer. Without the others the agent works as well, by its timer alone.
  ///
  /// - Parameter tell: called on the watch's thread.
  init?(tell: @escaping @Sendable (News) -> Void) {
    timer = csystem_boottime_timer()
    guard timer >= 0 else { return nil }
    let (clock, network) = (csystem_clock_watch(), csystem_network_watch())
    let descriptor = timer
    let isRunning = DetachedThread.start {
      // poll(2) skips negative descriptors.
      var watched = [descriptor, clock, network].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      while true {
        guard poll(&watched, nfds_t(watched.count), -1) > 0 else { continue }
        var expirations: UInt64 = 0
        if watched[0].revents != 0, read(descriptor, &expirations, 8) == 8 { tell(.due) }
        if watched[1].revents != 0, csystem_rearm_clock_watch(clock) == 1 { tell(.clockSet) }
        if watched[2].revents != 0 {
          csystem_drain(network)
          tell(.network)
        }
      }
    }
    guard isRunning else { return nil }
  }

  func arm(at instant: BootInstant?) {
    _ = csystem_arm_boottime_timer(timer, instant.map { max($0.milliseconds, 1) } ?? -1)
  }
}

/// What the network is like, as far as the kernel knows.
struct NetworkReading: Hashable, Sendable {
  /// Whether there is an address beyond this machine.
  var hasAddress: Bool
  /// Changes with the addresses and the default routes.
  var print: UInt64

  /// Now; nil where the kernel does not say.
  static func now() -> NetworkReading? {
    var print: UInt64 = 0
    let found = csystem_network(&print)
    return found < 0 ? nil : NetworkReading(hasAddress: found == 1, print: print)
  }
}
