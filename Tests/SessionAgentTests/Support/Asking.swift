import Foundation
import NIOCore
import NIOHTTP1
import SessionModel
import Testing
import WireJSON

@testable import SessionAgent

/// An answer of the agent, read.
struct Answer: Sendable {
  var status: Int
  var headers: [(String, String)]
  var body: [UInt8]

  init(_ response: Response) throws {
    let written = try #require(try WireAnswer(Array(buffer: response.written())))
    (status, headers, body) = (written.status, written.headers.map { ($0.name, $0.value) }, written.body)
  }

  var json: JSONValue { get throws { try JSONValue.parse(body) } }
  var text: String { String(decoding: body, as: UTF8.self) }
  /// The problem's code.
  var code: String? { try? json["code"]?.string }
  var reason: String? { try? json["reason"]?.string }
  func header(_ name: String) -> String? { headers.first { $0.0.lowercased() == name.lowercased() }?.1 }
}

extension AgentHouse {
  /// A request as a connection would hand it over, and its answer, without a socket in between.
  func ask(_ method: HTTPMethod, _ target: String, _ body: JSONValue? = nil) async throws -> Answer {
    let request = try request(method, target, body)
    switch await agent.reply(to: request) {
    case .now(let response): return try Answer(response)
    case .later(let work):
      let response: Response
      do {
        response = try await work()
      } catch {
        response = .failure(error)
      }
      return try Answer(response)
    case .events: throw Unexpected()
    }
  }

  func request(_ method: HTTPMethod, _ target: String, _ body: JSONValue? = nil) throws -> Request {
    let head = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: ["Host": "agent"])
    return try Request(
      head: head, body: ByteBuffer(bytes: body?.serialized() ?? []),
      peer: PeerCredentials(pid: getpid(), uid: geteuid()))
  }

  struct Unexpected: Error {}

  // MARK: - Logins

  /// Begins a login; its object.
  func beginLogin(_ members: JSONMember...) async throws -> JSONValue {
    let answer = try await ask(.POST, "/v1/logins", .object([JSONMember("profile", "work")] + members))
    try #require(answer.status == 201, "\(answer.text)")
    return try answer.json
  }

  func answer(_ login: JSONValue, _ value: String) async throws -> Answer {
    let id = try #require(login["id"]?.string)
    let step = try #require(login["step"]?["number"]?.integer)
    return try await ask(.POST, "/v1/logins/\(id)/answer", ["step": .integer(step), "value": .string(value)])
  }

  /// Signs in by password; the last login object. The login itself is forgotten at once.
  @discardableResult
  func signIn(_ username: String = "ann", _ members: JSONMember...) async throws -> JSONValue {
    let body = JSONValue.object(
      [JSONMember("profile", "work"), JSONMember("username", .string(username))] + members)
    let begun = try await ask(.POST, "/v1/logins", body)
    try #require(begun.status == 201, "\(begun.text)")
    let end = try await answer(try begun.json, LocalPool.password)
    try #require(end.status == 200, "\(end.text)")
    await agent.forgetEndedLogins()
    return try end.json
  }

  /// Signs in and has a refresh of the expired token under way, which goes on once the gate opens; by default the
  /// provider has answered it.
  func refreshHeldBack(by fault: (Gate) -> FaultyTransport.Fault = { .holdAfter($0) }) async throws -> Gate {
    try await signIn()
    advance(seconds: 3600)
    let gate = Gate()
    transport.set(fault(gate), for: "GetTokensFromRefreshToken")
    _ = try await token("?timeout=0")
    try await eventually("it is held back") { gate.arrived == 1 }
    return gate
  }

  // MARK: - Looking

  func session(_ name: String = "work") async throws -> JSONValue { try await ask(.GET, "/v1/sessions/\(name)").json }

  func state(_ name: String = "work") async throws -> String? { try await session(name)["state"]?.string }

  func token(_ query: String = "", of name: String = "work") async throws -> Answer {
    try await ask(.GET, "/v1/sessions/\(name)/token\(query)")
  }

  func waiters() async -> Int { await agent.waiters.values.reduce(0) { $0 + $1.count } }

  /// The events of the log so far, by name.
  func events() async -> [String] {
    await eventTexts().compactMap { text in
      text.split(separator: "\n").first { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
    }
  }

  /// The events of the log so far, as readers get them.
  func eventTexts() async -> [String] { await agent.eventTexts() }
}

extension Agent {
  /// The names of the sessions in memory.
  var liveNames: [SessionName] { sessions.names.sorted() }

  /// Instead of a minute after their end, so that the timer is a session's.
  fileprivate func forgetEndedLogins() {
    logins = logins.filter { !$0.value.hasEnded }
    armTimer()
  }

  fileprivate func eventTexts() -> [String] {
    var texts: [String] = []
    while let entry = eventLog.entry(after: Int64(texts.count)) {
      texts.append(String(decoding: entry.bytes, as: UTF8.self))
    }
    return texts
  }
}
