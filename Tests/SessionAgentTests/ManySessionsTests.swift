import Glibc
import NIOHTTP1
import SessionModel
import Testing

@testable import SessionAgent

@Suite("Many sessions")
struct ManySessionsTests {
  @Test("ten thousand sessions cost a token request no more than one")
  func tenThousand() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let request = try house.request(.GET, "/v1/sessions/work/token")
      func fastest() async -> Duration {
        var fastest = Duration.seconds(60)
        for _ in 0..<7 { fastest = min(fastest, await house.agent.time(200, request)) }
        return fastest
      }
      let alone = await fastest()
      try await house.agent.multiply(house.work, by: 10_000)
      #expect(await house.agent.liveNames.count == 10_001)
      let crowded = await fastest()
      #expect(crowded < alone * 3, "\(alone) alone, \(crowded) among ten thousand")
    }
  }

  @Test("ten thousand sessions cost the timer no more than one: neither when a deadline changes nor when it comes")
  func timer() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      func fastest() async -> Duration {
        var fastest = Duration.seconds(60)
        for _ in 0..<7 { fastest = min(fastest, await house.agent.timeTimer(200)) }
        return fastest
      }
      let alone = await fastest()
      try await house.agent.multiply(house.work, by: 10_000)
      let crowded = await fastest()
      #expect(crowded < alone * 3, "\(alone) alone, \(crowded) among ten thousand")
    }
  }
}

extension Agent {
  /// How long it takes to answer that often, on the loop.
  fileprivate func time(_ count: Int, _ request: Request) -> Duration {
    cpuTime { for _ in 0..<count { _ = reply(to: request) } }
  }

  /// How long it takes to arm the timer and to find that nothing is due, that often.
  fileprivate func timeTimer(_ count: Int) -> Duration {
    cpuTime {
      for _ in 0..<count {
        armTimer()
        tick()
      }
    }
  }

  /// What it costs the loop's thread: other tests have the machine's other cores, and this one too.
  private func cpuTime(_ body: () -> Void) -> Duration {
    let begin = clock()
    body()
    return clock() - begin
  }

  private func clock() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// Gives a session that many likenesses.
  fileprivate func multiply(_ name: SessionName, by count: Int) throws {
    let session = try #require(sessions[name])
    for number in 0..<count {
      var record = session.record
      record.name = try #require(Name("s\(number)"))
      sessions[record.name] = LiveSession(record: record, machine: session.machine)
    }
  }
}
