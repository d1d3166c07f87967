internal import SessionModel

/// When a request that the provider throttled is sent again: exponential back-off with full jitter, never sooner than
/// its `Retry-After`, within bounds.
struct ThrottlePace {
  /// How long is waited in all.
  static let longestWaitMilliseconds: Int64 = 30_000
  /// How often it is tried in all.
  static let tries = 5

  private var waited: Int64 = 0
  private var tries = 1

  /// Milliseconds to wait before the next try; nil where the failure is no throttling, or the bounds are reached.
  ///
  /// - Parameter orTrouble: whether other trouble that may pass counts too.
  mutating func delay(
    after failure: ProviderFailure, orTrouble: Bool = false, random: any RandomSource
  ) -> Int64? {
    let mayPass = orTrouble && failure.disposition == .offline && failure.problem.retryable
    guard failure.problem.code == .throttled || mayPass else { return nil }
    let jittered = Int64(random.unit() * Double(Int64(1000) << tries))
    let asked = Int64(failure.problem.retryAfterSeconds ?? 0) * 1000
    let delay = max(jittered, asked)
    guard tries < ThrottlePace.tries, waited + delay <= ThrottlePace.longestWaitMilliseconds else { return nil }
    waited += delay
    tries += 1
    return delay
  }
}
