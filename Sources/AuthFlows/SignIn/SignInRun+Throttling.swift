internal import SessionModel

extension SignInRun {
  /// How long a sign-in waits in all for a provider that throttles.
  static let longestWaitMilliseconds: Int64 = 30_000
  /// How often a throttled step is tried in all.
  static let throttledTries = 5

  /// Tries a step again while the provider throttles: exponential back-off with full jitter, never shorter than its
  /// `Retry-After`, within the bounds above.
  mutating func retryingThrottled<Result>(
    _ attempt: (inout SignInRun) async throws -> Result
  ) async throws -> Result {
    var waited: Int64 = 0
    var tries = 1
    while true {
      do {
        return try await attempt(&self)
      } catch let failure as ProviderFailure where failure.problem.code == .throttled {
        let ceiling = Double(Int64(1000) << tries)
        let jittered = Int64(client.random.unit() * ceiling)
        let asked = Int64(failure.problem.retryAfterSeconds ?? 0) * 1000
        let delay = max(jittered, asked)
        guard tries < SignInRun.throttledTries, waited + delay <= SignInRun.longestWaitMilliseconds else {
          throw failure
        }
        try await client.pause(delay)
        waited += delay
        tries += 1
      }
    }
  }
}
