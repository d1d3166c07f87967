internal import NIOCore
internal import NIOHTTP1
internal import SessionAPI
internal import SessionModel
internal import WireJSON

/// One answer.
struct Response: Sendable {
  var status: HTTPResponseStatus
  var contentType: String?
  var extraHeaders: [(String, String)] = []
  var body: ByteBuffer
  /// Whether the connection is closed after it: its buffers carried a secret, or cannot be trusted any more.
  var closes = false

  init(status: HTTPResponseStatus, contentType: String?, body: ByteBuffer, closes: Bool = false) {
    self.status = status
    self.contentType = contentType
    self.body = body
    self.closes = closes
  }

  static func json(_ value: JSONValue, status: HTTPResponseStatus = .ok) -> Response {
    Response(status: status, contentType: "application/json", body: ByteBuffer(bytes: value.serialized()))
  }

  static let noContent = Response(status: .noContent, contentType: nil, body: ByteBuffer())

  static func problem(_ problem: Problem, status: Int? = nil) -> Response {
    let document = ProblemDocument(problem, status: status)
    var response = Response(
      status: HTTPResponseStatus(statusCode: document.status), contentType: ProblemDocument.contentType,
      body: ByteBuffer(bytes: document.text))
    if let seconds = problem.retryAfterSeconds { response.extraHeaders.append(("Retry-After", String(seconds))) }
    return response
  }

  /// The problem that an error is; what is not one of ours is `internal` and says nothing of itself.
  static func failure(_ error: any Error) -> Response {
    problem(error as? Problem ?? Problem(.internal, "The agent made a mistake. Its log says more."))
  }

  func closing() -> Response {
    var response = self
    response.closes = true
    return response
  }

  /// The answer as it is sent (RFC 9112 §2.1); its head alone for HEAD.
  func written(withBody: Bool = true) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: 512 + (withBody ? body.readableBytes : 0))
    buffer.writeStaticString("HTTP/1.1 ")
    buffer.writeString(String(status.code))
    buffer.writeStaticString(" ")
    buffer.writeString(status.reasonPhrase)
    buffer.writeStaticString("\r\nCache-Control: no-store")
    if let contentType { buffer.writeHeader("\r\nContent-Type: ", contentType) }
    if status != .noContent { buffer.writeHeader("\r\nContent-Length: ", String(body.readableBytes)) }
    for (name, value) in extraHeaders { buffer.writeHeader("\r\n", "\(name): \(value)") }
    if closes { buffer.writeStaticString("\r\nConnection: close") }
    buffer.writeStaticString("\r\n\r\n")
    if withBody { buffer.writeImmutableBuffer(body) }
    return buffer
  }
}

extension ByteBuffer {
  fileprivate mutating func writeHeader(_ name: StaticString, _ value: String) {
    writeStaticString(name)
    writeString(value)
  }
}

/// How a route answers.
enum Reply: Sendable {
  /// At once, on the connection's event loop.
  case now(Response)
  /// After something outside was awaited.
  case later(@Sendable () async throws -> Response)
  /// With an endless stream.
  case events(EventSubscription)
}
