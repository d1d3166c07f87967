import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import SessionModel

@testable import SessionAgent

/// A server of the agent's own on a socket in a folder of its own; the test answers its requests.
final class SocketHouse: Sendable {
  let path: String
  let log = CollectedLog()
  private let folder: TemporaryFolder
  private let socket: ListeningSocket
  private let group: MultiThreadedEventLoopGroup
  private let server: SocketServer

  /// - Parameters:
  ///   - ownUID: whose peers are let in.
  ///   - respond: answers on the event loop.
  private init(
    ownUID: UInt32, limits: SocketLimits, _ respond: @escaping @Sendable (Request) -> Reply
  ) async throws {
    folder = try TemporaryFolder()
    path = folder.path + "/agent.sock"
    socket = try ListeningSocket.open(path: path, environment: [:])
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let log = log
    server = try await SocketServer.start(
      descriptor: socket.descriptor, on: group.next(), ownUID: ownUID, logger: Logger(label: "test") { _ in log },
      limits: limits, respond: respond)
  }

  static func with(
    ownUID: UInt32 = geteuid(), limits: SocketLimits = SocketLimits(connections: 100),
    respond: @escaping @Sendable (Request) -> Reply = SocketHouse.echo, _ body: (SocketHouse) async throws -> Void
  ) async throws {
    let house = try await SocketHouse(
      ownUID: ownUID, limits: limits, respond)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(house))
    } catch {
      outcome = .failure(error)
    }
    await house.server.stop()
    house.socket.remove()
    try await house.group.shutdownGracefully()
    try outcome.get()
  }

  /// Says what the request was: method, segments, body.
  static let echo: @Sendable (Request) -> Reply = { request in
    let said = "\(request.method) \(request.path.joined(separator: "|")) \(String(buffer: request.body))"
    return .now(Response(status: .ok, contentType: "text/plain", body: ByteBuffer(string: said)))
  }

  /// Answers with as many bytes as the path says, the path at their beginning.
  static let bytes: @Sendable (Request) -> Reply = { request in
    let name = request.path.joined()
    let padding = String(repeating: ".", count: 60_000)
    return .now(Response(status: .ok, contentType: nil, body: ByteBuffer(string: "\(name) \(padding)")))
  }

  /// Answers after a while, the later the sooner it was asked.
  static let slow: @Sendable (Request) -> Reply = { request in
    let name = request.path.joined()
    return .later {
      try await Task.sleep(for: .milliseconds(3))
      return Response(status: .ok, contentType: nil, body: ByteBuffer(string: name))
    }
  }

  func connect() throws -> UnixClient { try UnixClient(path) }

  /// The answer to those bytes on a connection of their own, and whether the connection is closed after it.
  func send(_ text: String) async throws -> WireAnswer? {
    let client = try connect()
    try client.send(text)
    return try await client.answer()
  }
}
