import Foundation
import Logging
import NIOCore
import NIOHTTP1
import SessionModel
import Testing
import WireJSON

@testable import SessionAgent

@Suite("The agent on its socket")
struct AgentSocketTests {
  /// The agent behind a real socket.
  private func with(_ house: AgentHouse, _ body: (String) async throws -> Void) async throws {
    let path = house.folder.path + "/agent.sock"
    let socket = try ListeningSocket.open(path: path, environment: [:])
    let agent = house.agent
    let log = house.log
    let server = try await SocketServer.start(
      descriptor: socket.descriptor, on: await agent.loop, ownUID: geteuid(), logger: Logger(label: "t") { _ in log }
    ) { request in agent.assumeIsolated { $0.reply(to: request) } }
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(path))
    } catch {
      outcome = .failure(error)
    }
    await server.stop()
    socket.remove()
    try outcome.get()
  }

  private static func get(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: agent\r\n\r\n" }

  private func ask(_ path: String, _ request: String) async throws -> WireAnswer? {
    let client = try UnixClient(path)
    try client.send(request)
    return try await client.answer()
  }

  @Test("a wrong method is told the right ones, an unknown route where to look")
  func routes() async throws {
    try await AgentHouse.with { house in
      try await with(house) { path in
        for (target, allowed) in [
          ("/v1/status", "GET"), ("/v1/sessions/work", "DELETE, GET"), ("/v1/profiles/work", "DELETE, GET, PUT"),
          ("/v1/lock", "POST"), ("/v1/logins", "POST"),
        ] {
          let answer = try await ask(path, "PATCH \(target) HTTP/1.1\r\nHost: agent\r\n\r\n")
          #expect(answer?.status == 405 && answer?.header("allow") == allowed && answer?.code == "invalid_request")
        }
        for target in [
          "/", "/v1", "/v2/status", "/v1/status/", "//v1/status", "/v1/sessions/work/nonsense", "/V1/status",
        ] {
          let answer = try await ask(path, Self.get(target))
          #expect(answer?.status == 404 && answer?.code == "not_found", "\(target)")
        }
        for name in ["-a", "a%20b", "..", String(repeating: "a", count: 65), "a%2Fb", "%C3%BC"] {
          let answer = try await ask(path, Self.get("/v1/sessions/\(name)/token"))
          #expect(answer?.status == 400 && answer?.code == "invalid_request", "\(name)")
        }
        #expect(try await ask(path, Self.get("/v1/status?x=1"))?.text.contains("\\\"x\\\"") == true)
        #expect(try await ask(path, Self.get("/v1/sessions/work/token?type=access&type=id"))?.status == 400)
        #expect(try await ask(path, Self.get("/v1/openapi.yaml"))?.text.hasPrefix("openapi: 3.1.0") == true)
      }
    }
  }

  @Test("fifty sockets at expiry are one refresh, counted by the pool")
  func fifty() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 3600)
      try await with(house) { path in
        let clients = try (0..<50).map { _ in try UnixClient(path) }
        let gate = Gate()
        house.transport.set(.holdBefore(gate), for: "GetTokensFromRefreshToken")
        for client in clients { try client.send(Self.get("/v1/sessions/work/token?timeout=600")) }
        try await eventually("all wait") { await house.waiters() == 50 }
        gate.open()
        var bodies: Set<String> = []
        for client in clients { bodies.insert(try #require(try await client.answer()).text) }
        #expect(bodies.count == 1)
        #expect(bodies.first?.contains("\"generation\":2") == true)
        #expect(try await house.refreshes() == 1)
      }
    }
  }

  @Test("a client that vanishes while it waits leaves no waiter behind, and its refresh goes on")
  func vanishes() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.advance(seconds: 3600)
      let gate = Gate()
      house.transport.set(.holdBefore(gate), for: "GetTokensFromRefreshToken")
      try await with(house) { path in
        var client: UnixClient? = try UnixClient(path)
        try client?.send(Self.get("/v1/sessions/work/token?timeout=600"))
        try await eventually("it waits") { await house.waiters() == 1 }
        client = nil
        try await eventually("it is gone") { await house.waiters() == 0 }
        gate.open()
        try await eventually("renewed") { try await house.token("?timeout=0").status == 200 }
      }
    }
  }

  @Test("a reader of events gets a snapshot, then what happens, and goes on after its last id")
  func events() async throws {
    try await AgentHouse.with { house in
      try await with(house) { path in
        let reader = try UnixClient(path)
        try reader.send(Self.get("/v1/events"))
        let head = try await reader.read(until: "event: snapshot")
        #expect(head.contains("text/event-stream"))
        try await house.signIn()
        let text = try await reader.read(until: "event: session.created")
        let id = try #require(text.matches(of: /id: ([^\n]+)\nevent: login.step/).first?.1)
        let resuming = try UnixClient(path)
        try resuming.send("GET /v1/events HTTP/1.1\r\nHost: agent\r\nLast-Event-ID: \(id)\r\n\r\n")
        let after = try await resuming.read(until: "event: session.created")
        #expect(!after.contains("event: snapshot") && !after.contains("id: \(id)\n"))
        let stranger = try UnixClient(path)
        try stranger.send("GET /v1/events HTTP/1.1\r\nHost: agent\r\nLast-Event-ID: dead-7\r\n\r\n")
        let anew = try await stranger.read(until: "event: snapshot")
        #expect(anew.contains("event: reset"))
        #expect(!text.contains(LocalPool.password))
        #expect(await house.agent.subscribers.count == 3)
      }
      try await eventually("the readers are gone") { await house.agent.subscribers.isEmpty }
    }
  }

  @Test("with audit=true uses of tokens are told, one event for each peer, session and type in ten seconds")
  func audit() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      try await with(house) { path in
        let plain = try UnixClient(path)
        try plain.send(Self.get("/v1/events"))
        _ = try await plain.read(until: "event: snapshot")
        let auditor = try UnixClient(path)
        try auditor.send(Self.get("/v1/events?audit=true"))
        _ = try await auditor.read(until: "event: snapshot")
        for _ in 0..<3 { _ = try await house.token() }
        _ = try await house.token("?type=id")
        #expect(house.timer.armed == house.clock.now().boot.adding(milliseconds: 10_000))
        try await house.wakeAtDeadline()
        _ = try await house.ask(.POST, "/v1/lock")
        let seen = try await auditor.read(until: "event: keystore.locked")
        #expect(seen.matches(of: /"type":"access","count":3,"peer":\{"pid":\d+,"exe":"[^"]+"/).count == 1)
        #expect(seen.matches(of: /"type":"id","count":1,/).count == 1)
        let others = try await plain.read(until: "event: keystore.locked")
        #expect(!others.contains("token.used"))
      }
    }
  }
}
