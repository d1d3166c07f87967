internal import NIOCore
internal import NIOHTTP1
internal import SessionModel

/// One client's connection: reads requests, has them answered one after the other, writes the answers.
///
/// All state is the event loop's. At most 16 requests wait; then nothing more is read until one is answered.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  static let maximumPipelined = 16

  private let peer: PeerCredentials
  private let respond: (Request) -> Reply
  private let onEnd: () -> Void
  private let timeForRequest: TimeAmount
  private var gate: ByteGate?

  private var incoming: Incoming?
  private var waiting: [Item] = []
  private var running: Task<Void, Never>?
  private var isAnswering = false
  private var stream: EventStreamWriter?
  private var refusesMore = false
  private var hasInputEnded = false
  private var context: ChannelHandlerContext?

  /// A request whose end has not come yet.
  private struct Incoming {
    var head: HTTPRequestHead
    var body = ByteBuffer()
  }

  /// What is to be answered next: a request, or the refusal of something that is none.
  private enum Item {
    case request(HTTPRequestHead, ByteBuffer)
    case refusal(Response)
  }

  init(
    peer: PeerCredentials, timeForRequest: TimeAmount, respond: @escaping (Request) -> Reply,
    onEnd: @escaping () -> Void
  ) {
    self.peer = peer
    self.timeForRequest = timeForRequest
    self.respond = respond
    self.onEnd = onEnd
  }

  /// The gate that tells when a request takes too long; made here because both look at each other.
  func makeGate() -> ByteGate {
    let gate = ByteGate(limit: timeForRequest) { [weak self] in self?.requestIsLate() }
    self.gate = gate
    return gate
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func channelActive(context: ChannelHandlerContext) {
    context.fireChannelActive()
    context.read()
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !refusesMore, stream == nil else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      if let refusal = RequestGuard.refusal(of: head) { return refuse(refusal) }
      incoming = Incoming(head: head)
      gate?.requestBegan()
    case .body(var part):
      guard let sum = incoming?.body.readableBytes else { return }
      guard sum + part.readableBytes <= RequestGuard.maximumBody else { return refuse(RequestGuard.bodyTooLarge) }
      incoming?.body.writeBuffer(&part)
    case .end:
      gate?.requestEnded()
      guard let request = incoming else { return }
      incoming = nil
      waiting.append(.request(request.head, request.body))
      answerNext()
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    readMoreIfThereIsRoom()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case HTTPParserError.headerOverflow: refuse(RequestGuard.headTooLarge)
    case is HTTPParserError, is ByteToMessageDecoderError: refuse(RequestGuard.malformed)
    default: context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // A client that closed its writing side still gets the answers that it waits for.
    if case ChannelEvent.inputClosed = event {
      hasInputEnded = true
      closeIfDone()
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      stream?.pump()
      answerNext()
      readMoreIfThereIsRoom()
    }
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    running?.cancel()
    stream?.end()
    stream = nil
    waiting.removeAll()
    onEnd()
    context.fireChannelInactive()
  }

  // MARK: - Answering

  /// Answers once what came before is answered, and takes nothing more.
  func refuse(_ response: Response) {
    guard !refusesMore, stream == nil else { return }
    refusesMore = true
    incoming = nil
    gate?.requestEnded()
    waiting.append(.refusal(response))
    answerNext()
  }

  /// A client that does not read its answers gets no more of them.
  private func answerNext() {
    while !isAnswering, stream == nil, !waiting.isEmpty, context?.channel.isWritable == true {
      switch waiting.removeFirst() {
      case .refusal(let response): write(response, keepAlive: false)
      case .request(let head, let body): answer(head, body)
      }
    }
    closeIfDone()
  }

  private func closeIfDone() {
    if hasInputEnded, waiting.isEmpty, !isAnswering, stream == nil { gate?.closeOnceSent() }
  }

  private func requestIsLate() {
    // While we do not read it is not the client who is late.
    guard hasRoom else { return gate?.requestBegan() ?? () }
    refuse(RequestGuard.late)
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
    case .events(let subscription): startStream(subscription)
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
    write(response, keepAlive: keepAlive)
    answerNext()
    readMoreIfThereIsRoom()
  }

  private func write(_ response: Response, keepAlive: Bool, withBody: Bool = true) {
    guard let context else { return }
    let response = keepAlive ? response : response.closing()
    context.write(wrapOutboundOut(.head(response.head)), promise: nil)
    if withBody, response.body.readableBytes > 0 {
      context.write(wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
    }
    guard response.closes else {
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      return
    }
    refusesMore = true
    waiting.removeAll()
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in Connection.closeGently(channel) }
  }

  /// Closes the writing side first, so that a client still sending can read the answer instead of a reset.
  private static func closeGently(_ channel: any Channel) {
    channel.close(mode: .output, promise: nil)
    channel.eventLoop.scheduleTask(in: .milliseconds(500)) { channel.close(promise: nil) }
  }

  private func startStream(_ subscription: EventSubscription) {
    guard let context else { return }
    let headers = HTTPHeaders([("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")])
    context.writeAndFlush(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers))), promise: nil)
    let writer = EventStreamWriter(
      subscription: subscription,
      isWritable: { [weak self] in self?.context?.channel.isWritable ?? false },
      write: { [weak self] bytes in
        guard let self, let context = self.context else { return }
        context.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
      })
    stream = writer
    waiting.removeAll()
    writer.start(on: context.eventLoop)
    readMoreIfThereIsRoom()
  }

  private var hasRoom: Bool {
    waiting.count < Connection.maximumPipelined && context?.channel.isWritable == true
  }

  private func readMoreIfThereIsRoom() {
    // A stream's reader sends nothing more, but its going must be seen.
    if hasRoom || stream != nil { context?.read() }
  }
}
