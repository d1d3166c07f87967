internal import NIOCore
internal import NIOHTTP1
internal import SessionModel

/// What every request must fulfil before its route sees it (SECURITY 9 and 10).
enum RequestGuard {
  static let maximumHead = 16 * 1024
  static let maximumBody = 64 * 1024

  /// The refusal of a request's head; nil where it may pass.
  static func refusal(of head: HTTPRequestHead) -> Response? {
    if head.version != .http1_1 && head.version != .http1_0 {
      return .problem(Problem(.invalidRequest, "Only HTTP/1.1 is spoken here.")).closing()
    }
    var size = head.uri.utf8.count
    var hosts = 0
    var isForUs = false
    var isFromBrowser = false
    for (name, value) in head.headers {
      size += name.utf8.count + value.utf8.count + 4
      if name.isWord("host") {
        hosts += 1
        let host = value.withoutSpaceAround
        isForUs = host.isWord("agent") || host.isWord("localhost")
      } else if isFromABrowser(name) {
        isFromBrowser = true
      }
    }
    guard size <= maximumHead else { return headTooLarge }
    guard hosts == 1 else {
      return .problem(Problem(.invalidRequest, "The request must have one Host header.")).closing()
    }
    guard isForUs else {
      return .problem(Problem(.denied, "The Host header must be agent or localhost.")).closing()
    }
    guard !isFromBrowser else {
      return .problem(Problem(.denied, "Requests from web pages are not answered.")).closing()
    }
    return bodyRefusal(of: head)
  }

  static let headTooLarge = Response.problem(
    Problem(.tooLarge, "The request's head is larger than 16 KiB."), status: 431
  ).closing()

  static let bodyTooLarge = Response.problem(Problem(.tooLarge, "The request's body is larger than 64 KiB.")).closing()

  static let malformed = Response.problem(Problem(.invalidRequest, "The request is not well-formed HTTP/1.1."))
    .closing()

  static let late = Response.problem(
    Problem(.invalidRequest, "The request was not sent within 10 seconds."), status: 408
  ).closing()

  static let tooManyConnections = Response.problem(
    Problem(.throttled, "The agent has too many connections. Close some and try again.", retryAfterSeconds: 1)
  ).closing()

  private static func isFromABrowser(_ name: String) -> Bool {
    name.isWord("origin") || name.isWord("referer") || name.isWord("sec-fetch-", orMore: true)
  }

  private static func bodyRefusal(of head: HTTPRequestHead) -> Response? {
    let length = head.headers.first(name: "content-length").flatMap { Int($0) }
    if let length, length > maximumBody { return bodyTooLarge }
    let hasBody = (length ?? 0) > 0 || head.headers.contains(name: "transfer-encoding")
    guard hasBody else { return nil }
    let codings = head.headers["transfer-encoding"].map(\.withoutSpaceAround)
    guard codings.allSatisfy({ $0.isWord("chunked") }) else {
      return .problem(Problem(.invalidRequest, "The only transfer coding that is taken is chunked.")).closing()
    }
    let types = head.headers["content-type"].map(\.withoutSpaceAround)
    guard types.count == 1, types[0].isWord("application/json") || types[0].isWord("application/json;", orMore: true)
    else {
      return .problem(Problem(.invalidRequest, "The body must be application/json."), status: 415).closing()
    }
    return nil
  }
}

extension String {
  /// A field's value without the white space around it, which is no part of it (RFC 9110 §5.5).
  fileprivate var withoutSpaceAround: String {
    let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    guard let first = utf8.first, let last = utf8.last, isSpace(first) || isSpace(last) else { return self }
    let end = utf8.lastIndex { !isSpace($0) }
    return end.map { String(self[...$0].drop { $0 == " " || $0 == "\t" }) } ?? ""
  }

  /// Whether this is that word of small ASCII letters, or begins with it, whatever its case.
  fileprivate func isWord(_ word: StaticString, orMore: Bool = false) -> Bool {
    let length = word.utf8CodeUnitCount
    guard utf8.count == length || (orMore && utf8.count > length) else { return false }
    for (index, byte) in utf8.enumerated() where index < length {
      let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      guard word.utf8Start[index] == (isCapital ? byte | 0x20 : byte) else { return false }
    }
    return true
  }
}
