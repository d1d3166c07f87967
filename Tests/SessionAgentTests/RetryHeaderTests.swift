import NIOHTTP1
import SessionModel
import Testing

@testable import SessionAgent

@Suite("Problems on the wire")
struct RetryHeaderTests {
  @Test("Retry-After goes along with retry_after_seconds, and only then")
  func header() {
    let with = Response.problem(Problem(.throttled, "Busy.", retryAfterSeconds: 7))
    #expect(with.head.headers["Retry-After"] == ["7"])
    #expect(Response.problem(Problem(.offline, "No network.")).head.headers["Retry-After"].isEmpty)
  }
}
