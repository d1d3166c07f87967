internal import NIOCore
internal import NIOHTTP1
internal import SessionModel

/// One client's connection: reads requests, has them answered one after the other, writes the answers.
///
/// All state is the event loop's. At most 16 requests wait; then nothing more is read until one is answered. Answers are
/// written as bytes: what we say needs no codec, and one buffer for head and body is one write.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = ByteBuffer

  static let maximumPipelined = 16

  let peer: PeerCredentials
  let respond: (Request) -> Reply
  private let onEnd: (Connection) -> Void
  private let timeForRequest: TimeAmount
  private(set) var gate: ByteGate?
  private(set) var context: ChannelHandlerContext?
  /// When it was last heard of or answered.
  var lastSign = NIODeadline.now()
  private var incoming: Incoming?

  // Of answering.
  var waiting: [Item] = []
  var running: Task<Void, Never>?
  var isAnswering = false
  var stream: EventStreamWriter?
  var refusesMore = false
  private(set) var hasInputEnded = false

  /// A request whose end has not come yet.
  private struct Incoming {
    var head: HTTPRequestHead
    var body = ByteBuffer()
  }

  /// What is to be answered next: a request, or the refusal of something that is none.
  enum Item {
    case request(HTTPRequestHead, ByteBuffer)
    case refusal(Response)
  }

  init(
    peer: PeerCredentials, timeForRequest: TimeAmount, respond: @escaping (Request) -> Reply,
    onEnd: @escaping (Connection) -> Void
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
    lastSign = .now()
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
    onEnd(self)
    context.fireChannelInactive()
  }

  /// Whether nothing of a client's is under way: neither a request nor an answer nor a stream.
  var isIdle: Bool {
    gate?.hasBegun != true && waiting.isEmpty && !isAnswering && stream == nil && !refusesMore
  }

  /// Ends it without a word.
  func close() { context?.close(promise: nil) }

  /// Answers once what came before is answered, and takes nothing more.
  func refuse(_ response: Response) {
    guard !refusesMore, stream == nil else { return }
    refusesMore = true
    incoming = nil
    gate?.requestEnded()
    waiting.append(.refusal(response))
    answerNext()
  }

  private func requestIsLate() {
    // While we do not read it is not the client who is late.
    guard hasRoom else { return gate?.startClock() ?? () }
    refuse(RequestGuard.late)
  }

  private var hasRoom: Bool {
    waiting.count < Connection.maximumPipelined && context?.channel.isWritable == true
  }

  func readMoreIfThereIsRoom() {
    // A stream's reader sends nothing more, but its going must be seen.
    if hasRoom || stream != nil { context?.read() }
  }
}
