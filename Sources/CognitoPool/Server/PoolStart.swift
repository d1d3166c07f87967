import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Puts a pool together: seed, data folder, port, service, server; undoes what it did when one of them fails.
struct PoolStart: Sendable {
  let configuration: PoolConfiguration
  let clock: PoolClock
  let random: any RandomSource
  let makeKeys: @Sendable () throws -> PoolKeys
  let log: @Sendable (String) -> Void

  func run() async throws(PoolStartError) -> PoolServer {
    do {
      let seed = try readSeed()
      let tls = try tlsContext()
      let folder = try DataFolder(path: configuration.dataFolder)
      do {
        return try await listen(seed, tls, PoolStore(folder: folder))
      } catch {
        folder.release()
        throw error
      }
    } catch let error as PoolStartError {
      throw error
    } catch let error as MemberError {
      throw .configuration("seed \(configuration.seedFile ?? ""): \(error)")
    } catch {
      throw .system("\(error)")
    }
  }

  private func listen(_ seed: Seed?, _ tls: NIOSSLContext?, _ store: PoolStore) async throws -> PoolServer {
    let address = try configuration.listen ?? ListenAddress(port: try store.port() ?? 0)
    let socket = try ListeningSocket(address)
    let route = Result { try makeRouter(seed, tls, store, address, socket) }
    do {
      let (router, url) = try route.get()
      return try await serve(socket, tls, router, url: url, store.folder)
    } catch {
      socket.close()
      throw error
    }
  }

  // Apart from `listen`: with all of it inside that coroutine, Swift 6.3.1's optimizer crashes.
  private func makeRouter(
    _ seed: Seed?, _ tls: NIOSSLContext?, _ store: PoolStore, _ address: ListenAddress, _ socket: ListeningSocket
  ) throws -> (Router, url: String) {
    try store.save(port: socket.port)
    let scheme = tls == nil ? "http" : "https"
    let url = try publicURL() ?? "\(scheme)://\(address.host):\(socket.port)"
    let models = try ServiceModels.bundled.get()
    let service = try PoolService(
      store: store, seed: seed, models: models, clock: clock, random: random, baseURL: url, makeKeys: makeKeys)
    let hosts = HostRule(
      address: address.host, port: socket.port, publicHost: URLComponents(string: url)?.host?.lowercased())
    let router = Router(
      service: service, desk: ControlDesk(), hosts: hosts, random: random, models: models, log: log)
    return (router, url)
  }

  private func serve(
    _ socket: ListeningSocket, _ tls: NIOSSLContext?, _ router: Router, url: String, _ folder: DataFolder
  ) async throws -> PoolServer {
    let line = try await readyLine(router.service, url: url, data: folder.path)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let channel = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
          try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
          try pipeline.addHandler(HTTPHandler(router: router))
        }
      }
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .withBoundSocket(socket.descriptor).get()
    return PoolServer(readyLine: line, url: url, group: group, channel: channel, folder: folder)
  }
}
