internal import NIOCore

/// Stands before the HTTP decoder and starts the clock of a request with its first byte.
final class ByteGate: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var timeout: Scheduled<Void>?
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
    requestBegan()
    context.fireChannelRead(data)
  }

  /// Starts the clock unless it runs: also for a request that began in the same read in which another one ended.
  func requestBegan() {
    guard timeout == nil else { return }
    timeout = context?.eventLoop.assumeIsolated().scheduleTask(in: limit) { [weak self] in
      self?.timeout = nil
      self?.onTimeout()
    }
  }

  /// Closes the connection once all that was written is sent.
  func closeOnceSent() {
    guard let context else { return }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
  }

  /// The request that had begun is whole.
  func requestEnded() {
    timeout?.cancel()
    timeout = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    requestEnded()
    context.fireChannelInactive()
  }
}
