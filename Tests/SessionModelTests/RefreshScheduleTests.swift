import SessionModel
import Testing

@Suite("When a refresh is due, and how long a failure waits")
struct RefreshScheduleTests {
  @Test(
    "an hour's tokens are due between 42 and 48 minutes, short ones from half their life",
    arguments: [
      // life, due with random 0 (latest), due with random just under 1 (earliest), all in seconds
      (3600, 2880, 2520), (600, 300, 240), (60, 30, 24), (86_400, 69_120, 60_480), (0, 0, 0),
    ] as [(Int64, Int64, Int64)])
  func due(life: Int64, latest: Int64, earliest: Int64) {
    #expect(RefreshSchedule.due(life: life * 1000, random: 0) == latest * 1000)
    let soonest = RefreshSchedule.due(life: life * 1000, random: 0.999_999_999)
    #expect(abs(soonest - earliest * 1000) <= 1)
  }

  @Test("failure n waits between half and all of min(2ⁿ s, 300 s)", arguments: 1...40)
  func backoff(failures: Int) {
    let longest = failures >= 9 ? 300_000 : Int64(min(1 << failures, 300)) * 1000
    #expect(RefreshSchedule.backoff(failures: failures, retryAfterSeconds: nil, random: 0) == longest / 2)
    let most = RefreshSchedule.backoff(failures: failures, retryAfterSeconds: nil, random: 0.999_999_999)
    #expect((longest - 1...longest).contains(most))
  }

  @Test("the provider's Retry-After counts where it is longer, never where it is shorter")
  func retryAfter() {
    #expect(RefreshSchedule.backoff(failures: 1, retryAfterSeconds: 30, random: 0.5) == 30_000)
    #expect(RefreshSchedule.backoff(failures: 9, retryAfterSeconds: 30, random: 0) == 150_000)
    #expect(RefreshSchedule.backoff(failures: 1, retryAfterSeconds: .max, random: 0) == 86_400_000)
  }

  @Test("a provider that answers 500 for an hour is asked 31 times at most", arguments: [0, 0.5, 0.999])
  func boundedHour(random: Double) {
    var (asked, time, failures) = (0, 0 as Int64, 0)
    while time < 3_600_000 {
      asked += 1
      failures += 1
      time += RefreshSchedule.backoff(failures: failures, retryAfterSeconds: nil, random: random)
    }
    #expect(asked <= 31)
  }
}
