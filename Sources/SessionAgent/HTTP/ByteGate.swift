internal import NIOCore

/// Stands before the HTTP decoder and starts the clock of a request that is not whole once all that came was read.
///
/// One that comes whole, as nearly all do, costs no timer.
final class ByteGate: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var timeout: Scheduled<Void>?
  /// Whether a part of a request has come.
  private(set) var hasBegun = false
  private let limit: TimeAmount
  private let onTimeout: () -> Void
  private var context: ChannelHandlerContext?

  init(limit: TimeAmount, onTimeout: @escaping () -> Void) {
    self.limit = limit
    self.onTimeout = onTimeout
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hasBegun = true
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if hasBegun, timeout == nil { startClock() }
    context.fireChannelReadComplete()
  }

  /// A request has begun, perhaps in the same read in which another one ended.
  func requestBegan() { hasBegun = true }

  /// Gives the request its time from now on.
  func startClock() {
    timeout = context?.eventLoop.assumeIsolated().scheduleTask(in: limit) { [weak self] in
      self?.timeout = nil
      self?.onTimeout()
    }
  }

  /// Closes the connection once all that was written is sent.
  func closeOnceSent() {
    guard let context else { return }
    let channel = context.channel
    if (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) == 0 { return context.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
  }

  /// The request that had begun is whole.
  func requestEnded() {
    hasBegun = false
    timeout?.cancel()
    timeout = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    requestEnded()
    context.fireChannelInactive()
  }
}
