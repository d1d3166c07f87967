internal import SessionAPI
internal import SessionModel
internal import WireJSON

/// An answer of the agent.
package struct HTTPAnswer: ~Copyable {
  /// The status.
  package let status: Int
  /// The media type.
  package let contentType: String
  private let body: WipedBuffer

  fileprivate init(_ head: HTTPHead, _ body: consuming WipedBuffer) {
    status = head.status
    contentType = head.contentType
    self.body = body
  }

  /// Lends the body for the time of the call.
  package func withBody<Result, Failure: Error>(
    _ use: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body.withBytes(use)
  }
}

/// A request under way: sent, its answer's head read, the body still to come.
struct HTTPExchange: ~Copyable {
  /// The answer's head.
  let head: HTTPHead
  private let connection: SocketConnection
  private var framing: HTTPBody
  private var arrived: WipedBuffer

  /// The longest body that is read whole.
  private static let longestBody = 16 * 1024 * 1024

  /// Sends the request and reads the head of its answer.
  init(
    _ request: HTTPRequest, over connection: consuming SocketConnection, _ deadline: Deadline
  ) throws(ClientError) {
    try HTTPExchange.send(request, over: connection, deadline)
    try self.init(answerOver: connection, deadline)
  }

  /// Sends the request.
  static func send(
    _ request: HTTPRequest, over connection: borrowing SocketConnection, _ deadline: Deadline
  ) throws(ClientError) {
    var output = WipedBuffer(capacity: 512)
    request.write(to: &output)
    try output.withBytes { bytes throws(ClientError) in try connection.send(bytes, deadline) }
  }

  /// Reads the head of the answer to a request that was sent.
  init(answerOver connection: consuming SocketConnection, _ deadline: Deadline) throws(ClientError) {
    var input = WipedBuffer(capacity: 4096)
    head = try HTTPExchange.readHead(connection, &input, deadline)
    framing = HTTPBody(head)
    arrived = input
    self.connection = connection
  }

  private static func readHead(
    _ connection: borrowing SocketConnection, _ input: inout WipedBuffer, _ deadline: Deadline
  ) throws(ClientError) -> HTTPHead {
    while true {
      if let end = input.withBytes({ HTTPHead.end(in: $0) }) {
        let head = try input.withBytes { bytes throws(ClientError) in
          try HTTPHead(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        }
        input.dropFirst(end)
        // 1xx are interim (RFC 9110 §15.2).
        if head.status >= 200 { return head }
      } else {
        guard input.count < HTTPHead.longest else { throw .malformedAnswer("its head does not end.") }
        guard try connection.receive(into: &input, deadline) else { throw .connectionLost }
      }
    }
  }

  /// Appends the next part of the body; false at its end.
  mutating func readBody(into body: inout WipedBuffer, _ deadline: Deadline) throws(ClientError) -> Bool {
    if framing.isComplete { return false }
    if arrived.count == 0 {
      guard try connection.receive(into: &arrived, deadline) else {
        guard framing.endsWithConnection else { throw .connectionLost }
        return false
      }
    }
    try arrived.withBytes { bytes throws(ClientError) in try framing.take(bytes, into: &body) }
    arrived.dropFirst(arrived.count)
    return true
  }

  /// Reads the whole answer.
  consuming func answer(_ deadline: Deadline) throws(ClientError) -> HTTPAnswer {
    let head = self.head
    var body = WipedBuffer(capacity: min(head.contentLength ?? 4096, HTTPExchange.longestBody))
    while try readBody(into: &body, deadline) {
      guard body.count <= HTTPExchange.longestBody else { throw .malformedAnswer("it is too long.") }
    }
    return HTTPAnswer(head, body)
  }
}
