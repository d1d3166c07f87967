import CSystemCalls
import SessionModel
import Synchronization

/// A clock that stands until the test moves it.
final class TestClock: SessionModel.Clock {
  private let time: Mutex<Now>

  init(at seconds: Int64 = 1_790_000_000) {
    time = Mutex(Now(wall: Timestamp(seconds: seconds), boot: BootInstant(milliseconds: 1_000_000)))
  }

  func now() -> Now { time.withLock { $0 } }

  func advance(seconds: Int64) {
    time.withLock {
      $0.wall = $0.wall.adding(milliseconds: seconds * 1000)
      $0.boot = $0.boot.adding(milliseconds: seconds * 1000)
    }
  }
}

/// The kernel's randomness.
struct SystemRandom: RandomSource {
  func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    csystem_random(&bytes, count)
    return bytes
  }
}
