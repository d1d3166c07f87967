import NIOCore
import NIOHTTP1

/// Collects one request at a time from a connection, within limits, and writes its answer.
///
/// Lives on its connection's event loop; the work itself is done elsewhere.
final class HTTPHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let router: Router
  private var isAnswering = false
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var deadline: Scheduled<Void>?

  private static let headLimit = 16 * 1024
  private static let bodyLimit = 1024 * 1024
  private static let patience = TimeAmount.seconds(60)

  init(router: Router) { self.router = router }

  func channelActive(context: ChannelHandlerContext) {
    waitForRequest(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    context.fireChannelInactive()
  }

  /// What the codec could not read is answered, unless an answer is still on its way.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is HTTPParserError, !isAnswering else { return context.close(promise: nil) }
    refuse(400, "This is not HTTP/1.1.", context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): begin(head, context)
    case .body(let part):
      guard head != nil else { return }
      body.append(contentsOf: part.readableBytesView)
      if body.count > Self.bodyLimit { refuse(413, "The body is over 1 MiB.", context) }
    case .end: end(context)
    }
  }

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    body = []
    let size = head.headers.reduce(head.uri.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
    if size > Self.headLimit { return refuse(431, "The head is over 16 KiB.", context) }
    if head.headers["host"].count != 1 { return refuse(400, "Exactly one Host header is needed.", context) }
    if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > Self.bodyLimit {
      return refuse(413, "The body is over 1 MiB.", context)
    }
    self.head = head
  }

  private func end(_ context: ChannelHandlerContext) {
    guard let head else { return }
    self.head = nil
    deadline?.cancel()
    let call = call(head, context.channel)
    body = []
    let keepAlive = head.isKeepAlive
    let router = router
    isAnswering = true
    context.eventLoop.makeFutureWithTask { await router.respond(to: call) }
      .assumeIsolated()
      .whenSuccess { [self] outcome in
        isAnswering = false
        guard context.channel.isActive else { return }
        switch outcome {
        case .answer(let answer): write(answer, keepAlive: keepAlive, context)
        case .close: context.close(promise: nil)
        }
      }
  }

  private func call(_ head: HTTPRequestHead, _ channel: any Channel) -> HTTPCall {
    HTTPCall(
      method: head.method.rawValue, path: String(head.uri.prefix { $0 != "?" && $0 != "#" }),
      headers: head.headers.map { ($0.name, $0.value) }, body: body,
      closed: { try? await channel.closeFuture.get() })
  }

  private func write(_ answer: HTTPAnswer, keepAlive: Bool, _ context: ChannelHandlerContext) {
    var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
    headers.replaceOrAdd(name: "Content-Length", value: "\(answer.body.count)")
    if !keepAlive { headers.replaceOrAdd(name: "Connection", value: "close") }
    let status = HTTPResponseStatus(statusCode: answer.status)
    context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
    let done = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
    if keepAlive { return waitForRequest(context) }
    done.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
  }

  /// For requests that never reach the router.
  private func refuse(_ status: Int, _ sentence: String, _ context: ChannelHandlerContext) {
    head = nil
    body = []
    deadline?.cancel()
    write(router.stamped(.text(status, sentence)), keepAlive: false, context)
  }

  private func waitForRequest(_ context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { context.close(promise: nil) }
  }
}
