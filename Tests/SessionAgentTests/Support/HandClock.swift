import SessionModel
import Synchronization

@testable import SessionAgent

/// A clock in the test's hand; it begins at the real time, so that a real provider's tokens fit.
final class HandClock: Clock {
  private let current: Mutex<Now>
  private let start: Now

  init(_ start: Now = SystemClock().now()) {
    self.start = start
    current = Mutex(start)
  }

  func now() -> Now { current.withLock { $0 } }

  /// The civil time that nobody sets: what a provider's clock shows, in seconds.
  var steadySeconds: Double {
    Double(start.wall.milliseconds + now().boot.milliseconds - start.boot.milliseconds) / 1000
  }

  func advance(milliseconds: Int64) {
    current.withLock {
      $0 = Now(wall: $0.wall.adding(milliseconds: milliseconds), boot: $0.boot.adding(milliseconds: milliseconds))
    }
  }
}

extension HandClock {
  /// Somebody sets the civil clock; the one for deadlines goes on.
  func set(ahead milliseconds: Int64) {
    current.withLock { $0.wall = $0.wall.adding(milliseconds: milliseconds) }
  }
}

/// A timer that never fires and says what it was armed for.
final class ReportingTimer: DeadlineTimer {
  private let last = Mutex<BootInstant?>(nil)

  func arm(at instant: BootInstant?) { last.withLock { $0 = instant } }

  /// The deadline that it is armed for; nil where it is not.
  var armed: BootInstant? { last.withLock { $0 } }
}

/// A value behind a lock.
final class Locked<Value: Sendable>: Sendable {
  private let mutex: Mutex<Value>
  init(_ value: Value) { mutex = Mutex(value) }
  func with<T: Sendable>(_ body: (inout Value) -> T) -> T { mutex.withLock { body(&$0) } }
  var value: Value { with { $0 } }
}
