import NIOCore
import NIOHTTP1
import SessionModel
import Testing

@testable import SessionAgent

@Suite("SECURITY 25: the target of a request")
struct RequestTargetTests {
  private func request(_ target: String) throws -> Request {
    try Request(
      head: HTTPRequestHead(version: .http1_1, method: .GET, uri: target), body: ByteBuffer(),
      peer: PeerCredentials(pid: 1, uid: 1))
  }

  private func complaint(_ target: String) -> String? {
    do {
      _ = try request(target)
      return nil
    } catch {
      return (error as? Problem)?.code == .invalidRequest ? (error as? Problem)?.detail : "another error: \(error)"
    }
  }

  @Test("is decoded once")
  func once() throws {
    #expect(try request("/v1/%61b").path == ["v1", "ab"])
    #expect(try request("/v1/%2561").path == ["v1", "%61"])
    #expect(try request("/v1/a+b").path == ["v1", "a+b"])
    #expect(try request("/%C3%BC").path == ["ü"])
    #expect(try request("/a?b=%20c+d%2Fe&f").query == ["b": " c d/e", "f": ""])
    #expect(try request("/a?b=c=d").query == ["b": "c=d"])
    #expect(try request("/a?").query == [:])
    #expect(try request("/a?b=?").query == ["b": "?"])
  }

  @Test(
    "is refused where it could mean two things",
    arguments: [
      "/a%2Fb", "/a%2fb", "/%00", "/a%00b", "/?a=%00", "/%zz", "/%", "/%a", "/%+1", "/%-1", "/% 1", "/%ff", "/?a=%ff",
      "/%c0%af", "/%ed%a0%80", "/?a=1&a=2", "/?a=1&%61=2", "/?a&a", "x", "", "http://agent/v1/status", "*",
    ])
  func refused(target: String) { #expect(complaint(target) != nil) }

  @Test("with an unknown parameter is refused by the name")
  func unknown() throws {
    let request = try request("/a?type=id&tpye=id")
    #expect(throws: Problem(.invalidRequest, "Query parameter \"tpye\" is not known here.")) {
      try request.allowOnly("type")
    }
  }

  @Test(
    "has whole numbers in their range only",
    arguments: ["-1", "601", "1.5", "+1", " 1", "", "0x1", "99999999999999999999", "1e2", "007"])
  func numbers(text: String) throws {
    let encoded = text.replacing("+", with: "%2B").replacing(" ", with: "%20")
    let request = try request("/a?timeout=\(encoded)")
    #expect(throws: Problem.self) { try request.integer("timeout", 0...600) }
  }

  @Test("has booleans and token types of their words only")
  func words() throws {
    #expect(try request("/a?b=true").bool("b") && request("/a?b").bool("b") && request("/a?b=1").bool("b"))
    #expect(try !request("/a?b=false").bool("b") && !request("/a?b=0").bool("b") && !request("/a").bool("b"))
    #expect(throws: Problem.self) { try request("/a?b=yes").bool("b") }
    #expect(try request("/a").tokenType() == .access && request("/a?type=id").tokenType() == .id)
    #expect(throws: Problem.self) { try request("/a?type=refresh").tokenType() }
  }
}
