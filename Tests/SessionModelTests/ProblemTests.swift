import SessionModel
import Testing

@Suite("A problem")
struct ProblemTests {
  @Test(
    "has the HTTP status and exit code of the contract's table",
    arguments: [
      ("invalid_request", 400, 64), ("sign_in_required", 401, 10), ("denied", 403, 12), ("not_found", 404, 67),
      ("conflict", 409, 1), ("too_large", 413, 64), ("credentials_refused", 422, 13), ("bad_configuration", 422, 78),
      ("locked", 423, 11), ("offline", 503, 75), ("throttled", 503, 75), ("provider_error", 502, 1),
      ("storage_failed", 507, 75), ("unsupported", 501, 1), ("internal", 500, 1),
    ] as [(String, Int, Int32)])
  func table(raw: String, status: Int, exit: Int32) throws {
    let code = try #require(ProblemCode(rawValue: raw))
    #expect(code.httpStatus == status)
    #expect(code.exitCode(retryable: false) == exit)
    #expect(!code.title.isEmpty)
  }

  @Test("the table has a row for each code")
  func complete() { #expect(ProblemCode.allCases.count == 15) }

  @Test("of the provider asks to try later only where it is retryable")
  func providerError() {
    #expect(ProblemCode.providerError.exitCode(retryable: true) == 75)
    #expect(ProblemCode.offline.exitCode(retryable: false) == 75)
  }

  @Test("is retryable by its code, unless said otherwise")
  func retryable() {
    #expect(Problem(.offline, "x").retryable && !Problem(.denied, "x").retryable)
    #expect(Problem(.providerError, "x", retryable: true).retryable)
  }
}
