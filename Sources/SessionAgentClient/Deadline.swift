internal import CSystemCalls
internal import Glibc

/// Until when a call may wait, the descriptor that ends the wait before, and what is said when it is long.
struct Deadline {
  private let instant: Int64
  private let cancel: Int32
  private let longWait: LongWait?

  /// - Parameter cancel: a descriptor that ends the wait once it is readable; -1 for none.
  init(milliseconds: Int64, cancel: Int32, longWait: LongWait? = nil) {
    instant = csystem_boottime_milliseconds() + milliseconds
    self.cancel = cancel
    self.longWait = longWait
  }

  /// Whether it has passed.
  var hasPassed: Bool { csystem_boottime_milliseconds() >= instant }

  /// Waits until the descriptor is ready for `events` (poll(2)).
  func wait(for descriptor: Int32, _ events: Int32) throws(ClientError) {
    while true {
      var watched = (
        pollfd(fd: descriptor, events: Int16(events), revents: 0),
        pollfd(fd: cancel, events: Int16(POLLIN), revents: 0)
      )
      let now = csystem_boottime_milliseconds()
      longWait?.passes(now)
      let left = min(max(0, instant - now), longWait?.left(at: now) ?? .max)
      let ready = withUnsafeMutableBytes(of: &watched) {
        poll($0.assumingMemoryBound(to: pollfd.self).baseAddress, 2, Int32(min(left, Int64(Int32.max))))
      }
      if ready < 0 && errno != EINTR { throw .connectionLost }
      if watched.1.revents != 0 && ready > 0 { throw .cancelled }
      if watched.0.revents != 0 && ready > 0 { return }
      if ready == 0 && hasPassed { throw .timedOut }
    }
  }

  /// Waits a little, at most until the deadline.
  func pause(milliseconds: Int32) throws(ClientError) {
    var watched = pollfd(fd: cancel, events: Int16(POLLIN), revents: 0)
    if poll(&watched, 1, milliseconds) > 0 { throw .cancelled }
    if hasPassed { throw .timedOut }
  }
}
