import SessionModel
import Testing
import WireJSON

@testable import AuthFlows

@Suite("Wire")
struct WireTests {
  @Test(
    "an exception's name is found in each of the forms that AWS uses",
    arguments: [
      ("NotAuthorizedException", "NotAuthorizedException"), ("NotAuthorizedException:", "NotAuthorizedException"),
      ("com.amazonaws.cognito.v1#NotAuthorizedException", "NotAuthorizedException"),
      ("NotAuthorizedException:http://internal.amazon.com/", "NotAuthorizedException"),
      ("a#NotAuthorizedException:http://x/#y", "NotAuthorizedException"), ("A, B", "A"),
    ])
  func names(text: String, name: String) {
    #expect(ServiceError.bareName(text) == name)
  }

  @Test("what is no name is none", arguments: ["", ":", "#", "a b\u{7}c!", String(repeating: "x", count: 129)])
  func noNames(_ text: String) {
    #expect(ServiceError.bareName(text) == nil)
  }

  private func error(_ response: ProviderResponse) -> ServiceError { ServiceError(response, now: FixedClock().wall) }

  @Test("the header's name comes before the body's, message and Message are read, the request's id is kept")
  func errorBody() {
    let read = error(
      ProviderResponse(
        status: 400,
        headers: [
          ("content-type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", "CodeMismatchException:"),
          ("X-Amzn-RequestId", "r-1"),
        ], body: Secret(copyingUTF8: #"{"__type":"Other","Message":"Hello\u001b[31m there"}"#)))
    #expect(read.name == "CodeMismatchException")
    #expect(read.message == "Hello [31m there")
    #expect(read.requestID == "r-1")
    #expect(read.isGenuine)
  }

  @Test("the service's name without a body is read from the headers")
  func headerOnly() {
    let read = error(
      ProviderResponse(
        status: 400,
        headers: [
          ("content-type", "application/x-amz-json-1.1"), ("x-amzn-errortype", "NotAuthorizedException:"),
          ("x-amzn-errormessage", "Refresh Token has expired"),
        ], body: Secret(copyingUTF8: "")))
    #expect(read.name == "NotAuthorizedException")
    #expect(read.message == "Refresh Token has expired")
  }

  @Test("a page of something in between is not the service's answer, whatever headers it sets")
  func notGenuine() {
    let read = error(
      ProviderResponse(
        status: 403, headers: [("content-type", "text/html"), ("x-amzn-errortype", "NotAuthorizedException")],
        body: Secret(copyingUTF8: "<html>Refresh Token has been revoked</html>")))
    #expect(!read.isGenuine)
    #expect(read.name == nil)
  }

  @Test(
    "Retry-After is read in seconds, as a date, or in AWS's milliseconds, and held to a day",
    arguments: [
      ("retry-after", "7", 7), ("Retry-After", "Thu, 05 Nov 2026 07:04:19 GMT", 10), ("x-amz-retry-after", "1500", 2),
      ("retry-after", "99999999", 86_400), ("retry-after", "-5", 0), ("retry-after", "soon", nil),
    ] as [(String, String, Int?)])
  func retryAfter(name: String, value: String, seconds: Int?) {
    let response = ProviderResponse(
      status: 429, headers: [(name, value), ("Date", "Thu, 05 Nov 2026 07:04:09 GMT")], body: Secret(copyingUTF8: ""))
    #expect(error(response).retryAfterSeconds == seconds)
  }

  @Test("a Date is read as RFC 9110 writes it, and nothing else is")
  func dates() {
    #expect(Timestamp(httpDate: "Sun, 06 Nov 1994 08:49:37 GMT") == Timestamp(seconds: 784_111_777))
    for text in [
      "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
      "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
    ] {
      #expect(Timestamp(httpDate: text) == nil)
    }
  }

  @Test("a request's body is the JSON of its members, escapes of a secret included")
  func body() {
    let secret = Secret(json: ["a": .secret(Secret(copyingUTF8: "q\"\\\u{1}é")), "b": ["c": 1]])
    #expect(secret.revealString() == "{\"a\":\"q\\\"\\\\\\u0001é\",\"b\":{\"c\":1}}")
  }

  @Test(
    "the padded form of a number keeps it from reading as negative and never fills a width",
    arguments: [("0", "00"), ("7f", "7f"), ("80", "0080"), ("00ff", "00ff"), ("0001", "01"), ("abc", "0abc")])
  func padding(number: String, padded: String) throws {
    let bytes = Secret(copying: try #require(SRPHex.bytes(number)))
    #expect(SRPHex.padded(bytes) == Secret(copying: try #require(SRPHex.bytes(padded))))
  }

  @Test(
    "the names that the provider knows us by are sent to https, or to this machine",
    arguments: [
      ("https://cognito-idp.us-east-1.amazonaws.com/", "cognito-idp.us-east-1.amazonaws.com", false),
      ("http://127.0.0.1:9000/", "127.0.0.1", true), ("http://127.9.9.9", "127.9.9.9", true),
      ("http://localhost:1/x?y", "localhost", true), ("http://[::1]:80/", "[::1]", true),
      ("https://EXAMPLE.org:443", "example.org", false),
    ])
  func addresses(url: String, host: String, isLoopback: Bool) throws {
    let address = try ProviderAddress(url)
    #expect(address.host == host)
    #expect(address.isLoopback == isLoopback)
  }

  @Test(
    "SECURITY 19: no secret goes to any other address",
    arguments: [
      "http://example.org/", "http://localhost.example.org/", "http://127.0.0.1.example.org/", "http://127.0.0/",
      "http://128.0.0.1/", "http://[::2]/", "ftp://localhost/", "https://", "https:///x", "https://a@b/",
      "http://localhost@example.org/", "http://127.0.0.1\\@example.org/", "https://a b/", "https://a:0/",
      "https://a:x/",
      "https://a:70000/", "http://0.0.0.0/", "http://localhost./", "HTTP://example.org/",
    ])
  func refusedAddresses(_ url: String) {
    #expect(throws: TransportError.self) { try ProviderAddress(url) }
  }

  @Test("SECURITY 26: an address that is refused is shown without query and user")
  func refusedAddressText() {
    #expect(throws: TransportError.refusedAddress("http://example.org/a")) {
      try ProviderAddress("http://example.org/a?token=s3cret")
    }
    #expect(throws: TransportError.refusedAddress("(an address with a user name in it)")) {
      try ProviderAddress("https://user:pw@h/")
    }
  }
}
