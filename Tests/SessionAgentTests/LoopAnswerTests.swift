import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import SessionAgent

@Suite("Answering on the event loop")
struct LoopAnswerTests {
  /// Notes what goes out, and says what of it was there at once.
  private final class Outbound: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    var answers: [String] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      answers.append(String(buffer: unwrapOutboundIn(data)))
      promise?.succeed()
    }
  }

  /// A channel of a socket pair on the agent's own loop with the connection's handler in it.
  private func withChannel(
    _ house: AgentHouse, _ body: @escaping @Sendable (any Channel, Outbound, isolated Agent) throws -> Void
  ) async throws {
    var ends: [CInt] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { close(ends[1]) }
    let agent = house.agent
    let loop = await agent.loop
    let outbound = try await loop.submit { NIOLoopBound(Outbound(), eventLoop: loop) }.get()
    let channel = try await ClientBootstrap(group: loop).channelOption(.autoRead, value: false)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let connection = Connection(
            peer: PeerCredentials(pid: getpid(), uid: geteuid()), timeForRequest: .seconds(10),
            respond: { request in agent.assumeIsolated { $0.reply(to: request) } }, onEnd: { _ in })
          try channel.pipeline.syncOperations.addHandler(outbound.value)
          try channel.pipeline.syncOperations.addHandler(connection)
        }
      }
      .withConnectedSocket(ends[0]).get()
    try await agent.onLoop { try body(channel, outbound.value, $0) }
    try? await channel.close()
  }

  private static func get(_ target: String, _ channel: any Channel) {
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: ["Host": "agent"])
    channel.pipeline.fireChannelRead(HTTPServerRequestPart.head(head))
    channel.pipeline.fireChannelRead(HTTPServerRequestPart.end(nil))
  }

  @Test("a cached token is answered on the event loop without a hop: whole before the read of the request returns")
  func cached() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      try await withChannel(house) { channel, outbound, agent in
        let before = (agent.answeredOnLoop, agent.answeredAfterWait)
        Self.get("/v1/sessions/work/token", channel)
        // No other task and no other tick of the loop can have run in between: we are still in this one.
        #expect(outbound.answers.count == 1 && outbound.answers[0].hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(outbound.answers[0].contains("\r\n\r\n{\"token\":\"ey"))
        #expect(agent.answeredOnLoop == before.0 + 1 && agent.answeredAfterWait == before.1)
        Self.get("/v1/sessions/work/claims", channel)
        Self.get("/v1/sessions/work", channel)
        Self.get("/v1/status", channel)
        #expect(outbound.answers.count == 4)
      }
    }
  }

  @Test("what must wait is not there when the read returns, and is counted apart")
  func waiting() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 3600)
      house.transport.set(.holdBefore(Gate()), for: "GetTokensFromRefreshToken")
      try await withChannel(house) { channel, outbound, agent in
        let before = (agent.answeredOnLoop, agent.answeredAfterWait)
        Self.get("/v1/sessions/work/token?timeout=600", channel)
        #expect(outbound.answers.isEmpty)
        #expect(agent.answeredOnLoop == before.0 && agent.answeredAfterWait == before.1 + 1)
      }
    }
  }
}

extension Agent {
  /// Runs on the agent's event loop, as part of the test.
  fileprivate func onLoop(_ body: @Sendable (isolated Agent) throws -> Void) throws { try body(self) }
}
