internal import NIOCore
internal import NIOHTTP1
internal import SessionModel
internal import WireJSON

/// One request, read whole, its target taken apart.
struct Request: Sendable {
  var method: HTTPMethod
  /// The path's segments, each percent-decoded once; `/` and NUL are in none.
  var path: [String]
  /// The query's parameters, each at most once.
  var query: [String: String]
  var lastEventID: String?
  var body: ByteBuffer
  var peer: PeerCredentials

  /// Takes the target apart.
  ///
  /// - Throws: `Problem` (`invalid_request`) where it is not a plain path and query.
  init(head: HTTPRequestHead, body: ByteBuffer, peer: PeerCredentials) throws {
    method = head.method
    let target = try RequestTarget(head.uri)
    path = target.path
    query = target.query
    lastEventID = head.headers.first(name: "last-event-id")
    self.body = body
    self.peer = peer
  }

  /// The body as one JSON value of that kind; an empty body counts as `{}`.
  func json<Value>(_ read: (UnsafeRawBufferPointer) throws -> Value) throws -> Value {
    do {
      guard body.readableBytes > 0 else { return try Array("{}".utf8).withUnsafeBytes(read) }
      return try body.withUnsafeReadableBytes(read)
    } catch let error as JSONError {
      throw Problem(.invalidRequest, error.description)
    }
  }

  /// Refuses parameters that the route does not know.
  func allowOnly(_ names: String...) throws {
    guard !query.isEmpty, let unknown = query.keys.sorted().first(where: { !names.contains($0) }) else { return }
    throw Problem(.invalidRequest, "Query parameter \"\(unknown)\" is not known here.")
  }

  func bool(_ name: String) throws -> Bool {
    switch query[name] {
    case nil, "false", "0": return false
    case "true", "1", "": return true
    case .some: throw Problem(.invalidRequest, "Query parameter \"\(name)\" must be true or false.")
    }
  }

  /// A whole number; nil where it is absent.
  func integer(_ name: String, _ range: ClosedRange<Int64>) throws -> Int64? {
    guard let text = query[name] else { return nil }
    guard let value = Int64(text), range.contains(value), String(value) == text else {
      throw Problem(
        .invalidRequest,
        "Query parameter \"\(name)\" must be a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return value
  }

  func tokenType() throws -> TokenType {
    guard let text = query["type"] else { return .access }
    guard let type = TokenType(rawValue: text) else {
      throw Problem(.invalidRequest, "Query parameter \"type\" must be access or id.")
    }
    return type
  }
}

/// Who is at the other end of the socket (SO_PEERCRED).
struct PeerCredentials: Hashable, Sendable {
  var pid: Int32
  var uid: UInt32
}
