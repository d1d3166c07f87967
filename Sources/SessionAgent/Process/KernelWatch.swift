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
    /// What the network is like, at first and after a link, an address or a route came or went; nil where the kernel
    /// does not say.
    case network(NetworkReading?)
  }

  private let timer: CInt
  private let clock: CInt
  private let network: CInt

  /// Nil where the kernel gives no timer. Without the others the agent works as well, by its timer alone.
  init?() {
    timer = csystem_boottime_timer()
    guard timer >= 0 else { return nil }
    (clock, network) = (csystem_clock_watch(), csystem_network_watch())
  }

  /// Begins to tell: what the network is like now, before this returns, then what happens. What happened to the network
  /// since the watch was made is told too, so that no later reading comes before an earlier one.
  ///
  /// - Parameter tell: called on the caller's thread once, then on the watch's.
  /// - Returns: false where there can be no thread for it.
  func start(tell: @escaping @Sendable (News) -> Void) -> Bool {
    tell(.network(.now()))
    return DetachedThread.start { [timer, clock, network] in
      // poll(2) skips negative descriptors.
      var watched = [timer, clock, network].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      while true {
        guard poll(&watched, nfds_t(watched.count), -1) > 0 else { continue }
        var expirations: UInt64 = 0
        if watched[0].revents != 0, read(timer, &expirations, 8) == 8 { tell(.due) }
        if watched[1].revents != 0, csystem_rearm_clock_watch(clock) == 1 { tell(.clockSet) }
        if watched[2].revents != 0 {
          csystem_drain(network)
          tell(.network(.now()))
        }
      }
    }
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
