import SessionModel

/// A clock that stands still.
struct FixedClock: Clock {
  var wall = Timestamp(seconds: 1_793_862_249)
  var boot = BootInstant(milliseconds: 5_000_000)
  func now() -> Now { Now(wall: wall, boot: boot) }
}

/// A source of the bytes that a test says: all of them for a key, whatever its length, the first eight for a number.
struct FixedRandom: RandomSource {
  var value: [UInt8] = [UInt8](repeating: 0x5A, count: 32)
  func bytes(_ count: Int) -> [UInt8] { count == 8 ? Array(value.prefix(8)) : value }
}
