import SessionModel
import Synchronization

/// A clock in the test's hand.
final class MovableClock: Clock {
  private let current: Mutex<Now>

  init(_ start: Now = FixedClock().now()) { current = Mutex(start) }

  func now() -> Now { current.withLock { $0 } }

  func advance(milliseconds: Int64) {
    current.withLock {
      $0 = Now(wall: $0.wall.adding(milliseconds: milliseconds), boot: $0.boot.adding(milliseconds: milliseconds))
    }
  }
}
