internal import CSystemCalls
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
