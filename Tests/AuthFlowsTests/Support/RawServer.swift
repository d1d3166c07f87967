import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on a free port of this machine that reads one request after the other and does with each what the test
/// says, right or wrong.
final class RawServer: Sendable {
  enum Behaviour: Sendable {
    /// Bytes as they are; the connection stays open.
    case send(String)
    /// Bytes, then the end of the connection.
    case sendAndClose(String)
    /// Nothing, for ever.
    case hang
  }

  let port: Int
  private let channel: any Channel
  private let log: Log

  /// What the server saw.
  final class Log: Sendable {
    private let state = Mutex<(requests: [String], opened: Int, closed: Int)>(([], 0, 0))
    var requests: [String] { state.withLock { $0.requests } }
    var opened: Int { state.withLock { $0.opened } }
    var closed: Int { state.withLock { $0.closed } }
    fileprivate func add(_ request: String) { state.withLock { $0.requests.append(request) } }
    fileprivate func open() { state.withLock { $0.opened += 1 } }
    fileprivate func close() { state.withLock { $0.closed += 1 } }
  }

  var seen: Log { log }

  private init(channel: any Channel, log: Log, port: Int) {
    self.channel = channel
    self.log = log
    self.port = port
  }

  /// Runs `body` against a server and ends it. The greeting is sent before anything was read.
  @discardableResult
  static func running<Result: Sendable>(
    _ behaviour: Behaviour, certificate: TestCertificate? = nil, greeting: String? = nil,
    _ body: @Sendable (RawServer) async throws -> Result
  ) async throws -> Result {
    let log = Log()
    let tls = try certificate?.serverContext()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(
            RequestReader(behaviour: behaviour, greeting: greeting, log: log))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = RawServer(channel: channel, log: log, port: channel.localAddress?.port ?? 0)
    do {
      let result = try await body(server)
      try await channel.close()
      return result
    } catch {
      try await channel.close()
      throw error
    }
  }
}

/// Collects a request whole (head, and a body of its Content-Length) before it acts.
private final class RequestReader: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let behaviour: RawServer.Behaviour
  private let greeting: String?
  private let log: RawServer.Log
  private var text = ""

  init(behaviour: RawServer.Behaviour, greeting: String?, log: RawServer.Log) {
    self.greeting = greeting
    self.behaviour = behaviour
    self.log = log
  }

  func channelActive(context: ChannelHandlerContext) {
    log.open()
    if let greeting { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: greeting)), promise: nil) }
  }
  func channelInactive(context: ChannelHandlerContext) { log.close() }
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    text += String(buffer: unwrapInboundIn(data))
    guard isWhole else { return }
    log.add(text)
    text = ""
    switch behaviour {
    case .send(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: bytes)), promise: nil)
    case .sendAndClose(let bytes):
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: bytes)), promise: nil)
      context.close(promise: nil)
    case .hang: break
    }
  }

  private var isWhole: Bool {
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    let length = parts[0].lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
    let count = length.flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } ?? 0
    return parts[1].utf8.count >= count
  }
}
