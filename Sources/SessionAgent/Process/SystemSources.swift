internal import CSystemCalls
internal import Glibc
internal import SessionModel

/// The machine's clocks.
struct SystemClock: Clock {
  func now() -> Now {
    Now(
      wall: Timestamp(milliseconds: csystem_realtime_milliseconds()),
      boot: BootInstant(milliseconds: csystem_boottime_milliseconds()))
  }
}

/// The kernel's randomness (getrandom(2)).
struct SystemRandom: RandomSource {
  func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      csystem_random(buffer.baseAddress, count)
      filled = count
    }
  }
}

/// This run of the kernel (proc_sys_kernel(5)).
enum BootID {
  /// Its id; empty where the kernel does not say, which is then another run each time.
  static func current() -> String {
    let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    let id = bytes.prefix(max(count, 0)).prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: id, as: UTF8.self)
  }
}
