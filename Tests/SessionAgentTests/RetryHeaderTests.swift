import NIOCore
import SessionModel
import Testing

@testable import SessionAgent

@Suite("Problems on the wire")
struct RetryHeaderTests {
  @Test("Retry-After goes along with retry_after_seconds, and only then")
  func header() {
    let with = Response.problem(Problem(.throttled, "Busy.", retryAfterSeconds: 7))
    #expect(String(buffer: with.written()).contains("\r\nRetry-After: 7\r\n"))
    #expect(!String(buffer: Response.problem(Problem(.offline, "No network.")).written()).contains("Retry-After"))
  }
}
