import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// How to run a pool.
public struct PoolConfiguration: Sendable {
  /// Nil: the port kept in the data folder, or a free one.
  public var listen: ListenAddress?
  /// Nil: a temporary folder that goes when the pool stops.
  public var dataFolder: String?
  public var seedFile: String?
  /// PEM files.
  public var tlsCertificate: String?
  public var tlsKey: String?
  /// What issuers begin with, when it is not where the pool listens.
  public var publicURL: String?

  /// A pool on a free port with a temporary folder.
  public init() {}
}

/// Why a pool did not start.
public enum PoolStartError: Error, CustomStringConvertible {
  /// An argument that makes no sense.
  case usage(String)
  /// A seed, certificate or data folder that can't be used.
  case configuration(String)
  /// The machine refused: the port is taken, the disk full.
  case system(String)

  public var description: String {
    switch self {
    case .usage(let sentence), .configuration(let sentence), .system(let sentence): sentence
    }
  }
}

/// A running pool.
public final class PoolServer: Sendable {
  /// One line of JSON that says where the pool is and what it has.
  public let readyLine: String
  /// The base URL, without a slash at its end.
  public let url: String
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel
  private let folder: DataFolder

  private init(
    readyLine: String, url: String, group: MultiThreadedEventLoopGroup, channel: any Channel, folder: DataFolder
  ) {
    self.readyLine = readyLine
    self.url = url
    self.group = group
    self.channel = channel
    self.folder = folder
  }

  /// Starts a pool; `log` gets one line for each request.
  public static func start(
    _ configuration: PoolConfiguration, log: @escaping @Sendable (String) -> Void
  ) async throws(PoolStartError) -> PoolServer {
    try await start(configuration, clock: PoolClock(), random: SystemRandomSource(), log: log)
  }

  static func start(
    _ configuration: PoolConfiguration, clock: PoolClock, random: any RandomSource,
    log: @escaping @Sendable (String) -> Void
  ) async throws(PoolStartError) -> PoolServer {
    do {
      let seed = try configuration.seedFile.map(readSeed)
      let tls = try tlsContext(configuration)
      let folder = try DataFolder(path: configuration.dataFolder)
      do {
        return try await start(configuration, seed, tls, folder, clock: clock, random: random, log: log)
      } catch {
        folder.release()
        throw error
      }
    } catch let error as PoolStartError {
      throw error
    } catch let error as MemberError {
      throw .configuration("seed: \(error)")
    } catch {
      throw .system("\(error)")
    }
  }

  private static func start(
    _ configuration: PoolConfiguration, _ seed: Seed?, _ tls: NIOSSLContext?, _ folder: DataFolder,
    clock: PoolClock, random: any RandomSource, log: @escaping @Sendable (String) -> Void
  ) async throws -> PoolServer {
    let store = PoolStore(folder: folder)
    let address = try configuration.listen ?? ListenAddress(port: try store.port() ?? 0)
    let socket = try ListeningSocket(address)
    try store.save(port: socket.port)
    let scheme = tls == nil ? "http" : "https"
    let url = try publicURL(configuration) ?? "\(scheme)://\(address.host):\(socket.port)"
    let model = try ServiceModel(description: CognitoIdpDescription.text)
    let service = try PoolService(
      store: store, seed: seed, model: model, clock: clock, random: random, baseURL: url)
    let router = Router(
      service: service, desk: ControlDesk(),
      hosts: HostRule(address: address.host, port: socket.port, publicHost: URLComponents(string: url)?.host),
      random: random, targetPrefix: model.targetPrefix, log: log)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let channel = try await bootstrap(group, tls, router).withBoundSocket(socket.descriptor).get()
    let line = try await readyLine(service, url: url, data: folder.path)
    return PoolServer(readyLine: line, url: url, group: group, channel: channel, folder: folder)
  }

  private static func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ tls: NIOSSLContext?, _ router: Router
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
          try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
          try pipeline.addHandler(HTTPHandler { await router.respond(to: $0) })
        }
      }
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
  }

  /// Closes every connection and lets go of the data folder.
  public func stop() async {
    try? await channel.close()
    try? await group.shutdownGracefully()
    folder.release()
  }
}
