internal import NIOCore
internal import SessionModel

/// A request that waits for news of a session name.
struct Waiter {
  var continuation: CheckedContinuation<Void, Never>
  var timeout: Scheduled<Void>?
}

/// Waiting for news, each request within its own time.
extension Agent {
  /// Until when a request waits for a refresh that begins now.
  var refreshDeadline: BootInstant {
    now.boot.adding(milliseconds: Int64(parts.settings.requestTimeoutSeconds + 5) * 1000)
  }

  /// Returns when there is news of the session, or when the time is over.
  ///
  /// - Throws: once the request is given up: a loop that waited on would never let go of the event loop.
  func waitForNews(of name: SessionName, until deadline: BootInstant) async throws(CancellationError) {
    let id = nextWaiter
    nextWaiter += 1
    let left = max(deadline.milliseconds - now.boot.milliseconds, 0)
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard !Task.isCancelled else { return continuation.resume() }
        let timeout = loop.scheduleTask(in: .milliseconds(left)) { self.assumeIsolated { $0.wake(id, of: name) } }
        waiters[name, default: [:]][id] = Waiter(continuation: continuation, timeout: timeout)
      }
    } onCancel: {
      loop.execute { self.assumeIsolated { $0.wake(id, of: name) } }
    }
    if Task.isCancelled { throw CancellationError() }
  }

  /// Like `waitForNews`, but for no longer than requests have patience with the refresh under way.
  func waitWithPatience(of name: SessionName, until deadline: BootInstant) async throws(CancellationError) {
    let patience = sessions[name]?.attempt?.patience
    try await waitForNews(of: name, until: patience.map { min($0, deadline) } ?? deadline)
  }

  /// Lets refreshes and sign-ins under way become durable, until the deadline at most.
  func waitWhileBusy(until deadline: BootInstant) async {
    while let busy, now.boot < deadline {
      do throws(CancellationError) {
        try await waitForNews(of: busy, until: deadline)
      } catch {
        return
      }
    }
  }

  /// There is news: everybody looks again.
  func wakeWaiters(of name: SessionName) {
    guard let all = waiters.removeValue(forKey: name) else { return }
    for waiter in all.values {
      waiter.timeout?.cancel()
      waiter.continuation.resume()
    }
  }

  private func wake(_ id: UInt64, of name: SessionName) {
    guard let waiter = waiters[name]?.removeValue(forKey: id) else { return }
    if waiters[name]?.isEmpty == true { waiters[name] = nil }
    waiter.timeout?.cancel()
    waiter.continuation.resume()
  }
}
