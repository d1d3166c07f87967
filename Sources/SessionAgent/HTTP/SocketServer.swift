internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import SessionModel

/// Accepts connections on a listening unix socket, for the own user only.
final class SocketServer: Sendable {
  private let channel: any Channel

  private init(channel: any Channel) { self.channel = channel }

  /// Serves an already listening socket on that loop.
  ///
  /// - Parameter respond: answers a request; called on the loop.
  static func start(
    descriptor: CInt, on loop: any EventLoop, ownUID: UInt32, logger: Logger, limits: SocketLimits = SocketLimits(),
    respond: @escaping @Sendable (Request) -> Reply
  ) async throws -> SocketServer {
    let doorkeeper = try await loop.submit {
      NIOLoopBound(Doorkeeper(ownUID: ownUID, limits: limits, logger: logger), eventLoop: loop)
    }.get()
    let bootstrap = ServerBootstrap(group: loop)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.maxMessagesPerRead, value: 64)
      .childChannelInitializer { channel in
        guard let peer = doorkeeper.value.credentials(of: channel) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          let connection = Connection(
            peer: peer, timeForRequest: limits.timeForRequest, respond: respond, onEnd: { doorkeeper.value.left($0) })
          try SocketServer.admit(channel, connection, doorkeeper.value)
        }
      }
    return SocketServer(channel: try await bootstrap.withBoundSocket(descriptor).get())
  }

  /// Accepts nothing more.
  func stop() async { try? await channel.close() }

  private static func admit(
    _ channel: any Channel, _ connection: Connection, _ doorkeeper: Doorkeeper
  ) throws {
    doorkeeper.entered(connection)
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = RequestGuard.maximumHead
    limits.maxHeaderListSize = RequestGuard.maximumHead
    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
    // Here rather than as options of the bootstrap, which passes each through futures.
    let options = channel.syncOptions
    try options?.setOption(.autoRead, value: false)
    try options?.setOption(.allowRemoteHalfClosure, value: true)
    try options?.setOption(.maxMessagesPerRead, value: 2)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(connection.makeGate())
    try pipeline.addHandler(ByteToMessageHandler(decoder))
    try pipeline.addHandler(connection)
    if doorkeeper.isFull { connection.refuse(RequestGuard.tooManyConnections) }
  }
}

/// Counts connections and looks at who comes. The event loop's own.
private final class Doorkeeper {
  private let ownUID: UInt32
  private let limits: SocketLimits
  private let logger: Logger
  private var present: [ObjectIdentifier: Connection] = [:]
  private var refused = 0
  private var lastNote: NIODeadline?

  init(ownUID: UInt32, limits: SocketLimits, logger: Logger) {
    self.ownUID = ownUID
    self.limits = limits
    self.logger = logger
  }

  /// Whether there are more than have room, all of them at work.
  var isFull: Bool { present.count > limits.connections }

  /// Where there is no room for one more, the one that has been idle longest goes.
  func entered(_ connection: Connection) {
    if present.count >= limits.connections, let idle = longestIdle() {
      left(idle)
      idle.close()
    }
    present[ObjectIdentifier(connection)] = connection
  }

  /// Those that came just now are spared: of a crowd that comes at once each would push out the one before it, whose
  /// request is still to be read.
  private func longestIdle() -> Connection? {
    let latest = NIODeadline.now() - limits.timeBeforeIdle
    return present.values.lazy.filter { $0.lastSign <= latest && $0.isIdle }.min { $0.lastSign < $1.lastSign }
  }

  func left(_ connection: Connection) { present[ObjectIdentifier(connection)] = nil }

  /// The peer's credentials; nil for another user's process, root's included: it gets not a byte (SECURITY 7).
  func credentials(of channel: any Channel) -> PeerCredentials? {
    guard let provider = channel as? any SocketOptionProvider else { return nil }
    var found: PeerCredentials?
    provider.unsafeGetSocketOption(level: .socket, name: .init(rawValue: SO_PEERCRED))
      .assumeIsolated()
      .whenSuccess { (ucred: Ucred) in found = PeerCredentials(pid: ucred.pid, uid: ucred.uid) }
    guard let found else { return nil }
    guard found.uid == ownUID else {
      note()
      return nil
    }
    return found
  }

  /// Says once a minute how many were refused.
  private func note() {
    refused += 1
    let now = NIODeadline.now()
    if let lastNote, now - lastNote < .minutes(1) { return }
    logger.warning("connections of other users were refused", metadata: ["count": "\(refused)"])
    lastNote = now
    refused = 0
  }
}

/// Laid out as the kernel's `struct ucred`.
private struct Ucred: Sendable {
  var pid: Int32 = 0
  var uid: UInt32 = 0
  var gid: UInt32 = 0
}
