internal import SessionModel

extension SignInRun {
  /// Tries a step again while the provider throttles.
  mutating func retryingThrottled<Result>(
    _ attempt: (inout SignInRun) async throws -> Result
  ) async throws -> Result {
    var pace = ThrottlePace()
    while true {
      do {
        return try await attempt(&self)
      } catch let failure as ProviderFailure {
        guard let delay = pace.delay(after: failure, random: client.random) else { throw failure }
        try await client.pause(delay)
      }
    }
  }
}
