internal import NIOCore

/// Stands before the HTTP decoder and starts the clock of a request with its first byte.
final class ByteGate: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private var timeout: Scheduled<Void>?
  private let onTimeout: () -> Void

  init(onTimeout: @escaping () -> Void) { self.onTimeout = onTimeout }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if timeout == nil {
      timeout = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(10)) { [weak self] in self?.onTimeout() }
    }
    context.fireChannelRead(data)
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
