import Testing

@testable import CognitoPool

@Suite struct FailedAttemptsTests {
  @Test func `a lock never lasts longer than a quarter of an hour`() {
    var attempts = FailedAttempts()
    var now: Seconds = 0
    for _ in 1...40 {
      attempts.record(at: now)
      now += 899
    }
    #expect(attempts.isLocked(at: now - 1))
    #expect(!attempts.isLocked(at: now + 1))
  }
}
