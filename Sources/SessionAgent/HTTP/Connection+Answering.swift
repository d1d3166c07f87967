internal import NIOCore
internal import NIOHTTP1
internal import SessionModel

/// Answers requests one after the other.
extension Connection {
  /// A client that does not read its answers gets no more of them.
  func answerNext() {
    while !isAnswering, stream == nil, !waiting.isEmpty, context?.channel.isWritable == true {
      switch waiting.removeFirst() {
      case .refusal(let response): write(response, keepAlive: false)
      case .request(let head, let body): answer(head, body)
      }
    }
    closeIfDone()
  }

  func closeIfDone() {
    if hasInputEnded, waiting.isEmpty, !isAnswering, stream == nil { gate?.closeOnceSent() }
  }

  private func answer(_ head: HTTPRequestHead, _ body: ByteBuffer) {
    let reply: Reply
    do {
      reply = respond(try Request(head: head, body: body, peer: peer))
    } catch {
      reply = .now(.failure(error))
    }
    // The buffers of a connection that brought a body may hold a secret: they go with it.
    // After an upgrade or CONNECT the codec reads no further requests.
    let isUpgrade = head.method == .CONNECT || head.headers.contains(name: "upgrade")
    let keepAlive = head.isKeepAlive && body.readableBytes == 0 && !isUpgrade
    switch reply {
    case .now(let response): write(response, keepAlive: keepAlive, withBody: head.method != .HEAD)
    case .later(let work): answerLater(work, keepAlive: keepAlive)
    case .events(let subscription): startStream(subscription, inChunks: head.version == .http1_1)
    }
  }

  private func answerLater(_ work: @escaping @Sendable () async throws -> Response, keepAlive: Bool) {
    guard let context else { return }
    isAnswering = true
    let loop = context.eventLoop
    let connection = NIOLoopBound(self, eventLoop: loop)
    running = Task {
      let response: Response
      do {
        response = try await work()
      } catch {
        response = .failure(error)
      }
      loop.execute { connection.value.finish(response, keepAlive: keepAlive) }
    }
  }

  private func finish(_ response: Response, keepAlive: Bool) {
    running = nil
    isAnswering = false
    lastSign = .now()
    write(response, keepAlive: keepAlive)
    answerNext()
    readMoreIfThereIsRoom()
  }

  private func write(_ response: Response, keepAlive: Bool, withBody: Bool = true) {
    guard let context else { return }
    let response = keepAlive ? response : response.closing()
    let bytes = wrapOutboundOut(response.written(withBody: withBody))
    guard response.closes else { return context.writeAndFlush(bytes, promise: nil) }
    refusesMore = true
    waiting.removeAll()
    let channel = context.channel
    context.writeAndFlush(bytes).whenComplete { _ in Connection.closeGently(channel) }
  }

  /// Closes the writing side first, so that a client still sending can read the answer instead of a reset.
  private static func closeGently(_ channel: any Channel) {
    channel.close(mode: .output, promise: nil)
    channel.eventLoop.scheduleTask(in: .milliseconds(500)) { channel.close(promise: nil) }
  }

  /// - Parameter inChunks: whether each event is a chunk (RFC 9112 §7.1); HTTP/1.0 knows none, and reads to the end.
  private func startStream(_ subscription: EventSubscription, inChunks: Bool) {
    guard let context else { return }
    let framing = inChunks ? "Transfer-Encoding: chunked" : "Connection: close"
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\(framing)\r\n\r\n"
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
    let writer = EventStreamWriter(
      subscription: subscription,
      isWritable: { [weak self] in self?.context?.channel.isWritable ?? false },
      write: { [weak self] bytes in self?.writeEvent(bytes, asChunk: inChunks) })
    stream = writer
    waiting.removeAll()
    writer.start(on: context.eventLoop)
    readMoreIfThereIsRoom()
  }

  private func writeEvent(_ bytes: [UInt8], asChunk: Bool) {
    guard let context else { return }
    var buffer = context.channel.allocator.buffer(capacity: bytes.count + 16)
    if asChunk { buffer.writeString(String(bytes.count, radix: 16) + "\r\n") }
    buffer.writeBytes(bytes)
    if asChunk { buffer.writeStaticString("\r\n") }
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }
}
