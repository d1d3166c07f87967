import AuthFlows
import NIOHTTP1
import SessionAPI
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

@Suite("The journal")
struct JournalTests {
  private static let refresh = "GetTokensFromRefreshToken"

  private func entries(_ house: AgentHouse, _ query: String = "?limit=1000") async throws -> [JSONValue] {
    let answer = try await house.ask(.GET, "/v1/sessions/work/journal\(query)")
    try #require(answer.status == 200, "\(answer.text)")
    _ = try JournalDocument(json: try answer.json)
    return try #require(try answer.json["entries"]?.array)
  }

  private func events(_ house: AgentHouse) async throws -> [String] {
    try await entries(house).compactMap { $0["event"]?.string }
  }

  @Test("a life from sign-in to sign-out is told, and can be read afterwards")
  func life() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").status == 200)
      #expect(try await house.ask(.DELETE, "/v1/sessions/work").status == 200)
      #expect(try await house.ask(.GET, "/v1/sessions/work").status == 401)
      try await eventually("the revocation is told") { try await events(house).last == "revoked" }
      #expect(try await events(house) == ["signed_in", "refresh_started", "refreshed", "signed_out", "revoked"])
      let all = try await entries(house)
      #expect(all.map { $0["from"]?.string } == [nil, "active", "active", "active", nil])
      #expect(all.map { $0["to"]?.string } == ["active", "active", "active", nil, nil])
      #expect(all.map { $0["generation"]?.integer } == [1, 1, 2, 2, nil])
      #expect(all[1]["cause"]?["code"]?.string == "refresh_asked" && all[1]["cause"]?["kind"]?.string == "user")
    }
  }

  @Test("a failure is told with its cause and the next attempt, once for each attempt")
  func failure() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.transport.set(
        .answer(
          status: 500, contentType: "application/x-amz-json-1.1",
          body: #"{"__type":"InternalErrorException","message":"m"}"#),
        for: Self.refresh)
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").status == 503)
      try await eventually("the failure is told") { try await events(house).last == "refresh_failed" }
      let failed = try #require(try await entries(house).last)
      #expect(failed["from"]?.string == "active" && failed["to"]?.string == "offline")
      #expect(failed["attempt"]?.integer == 1)
      let cause = try #require(failed["cause"])
      #expect(cause["kind"]?.string == "provider" && cause["http_status"]?.integer == 500)
      #expect(cause["provider_code"]?.string == "InternalErrorException")
      #expect(try await failed["next_attempt_at"]?.string == house.session()["next_refresh_at"]?.string)
      house.transport.set(nil, for: Self.refresh)
      try await house.wakeAtDeadline()
      try await eventually("the second attempt succeeds") { try await house.state() == "active" }
      let last = try await entries(house).suffix(2)
      #expect(last.map { $0["event"]?.string } == ["refresh_started", "refreshed"])
      #expect(last.first?["cause"]?["code"]?.string == "retry")
      #expect(last.last?["from"]?.string == "offline" && last.last?["to"]?.string == "active")
    }
  }

  @Test("a lost answer and a refusal after it are told as what they are")
  func lost() async throws {
    try await AgentHouse.with(pool: { try await LocalPool(on: $0, rotates: true) }) { house in
      try await house.signIn()
      house.transport.set(.loseAnswer, for: Self.refresh)
      _ = try await house.ask(.POST, "/v1/sessions/work/refresh")
      try await eventually("the loss is told") { try await events(house).contains("answer_lost") }
      house.transport.set(nil, for: Self.refresh)
      // Longer than this may take: the pool's clock has run on meanwhile, and spent is what was spent before now.
      house.advance(seconds: 300)
      try await house.wakeAtDeadline()
      try await eventually("the end is told") { try await events(house).last == "sign_in_required" }
      let end = try #require(try await entries(house).last)
      #expect(end["cause"]?["reason"]?.string == "refresh_answer_lost")
      #expect(end["to"]?.string == "sign_in_required" && end["next_attempt_at"]?.isNull == true)
    }
  }

  @Test("locking and unlocking are told, and while the store is locked the journal can be read")
  func locking() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      #expect(try await house.ask(.POST, "/v1/lock").status == 200)
      #expect(try await events(house) == ["signed_in", "locked"])
      #expect(try await house.ask(.POST, "/v1/unlock").status == 200)
      try await eventually("the unlocking is told") {
        try await events(house) == ["signed_in", "locked", "unlocked"]
      }
    }
  }

  @Test("a restart is told, with a refresh that it cut off")
  func restart() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      try await house.keystore.recordRefreshIntent(session: house.work, attempt: 3)
      try await house.restarted { again in
        try await eventually("the restart is told") { try await events(again).contains("restarted") }
        let entry = try #require(try await entries(again).first { $0["event"]?.string == "restarted" })
        #expect(entry["cause"]?["kind"]?.string == "restart" && entry["cause"]?["code"]?.string == "unfinished")
        #expect(entry["from"]?.isNull == true && entry["to"]?.string == "active")
      }
    }
  }

  @Test("a page begins after the number that is given and is no longer than asked")
  func pages() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").status == 200)
      #expect(try await entries(house, "?after=1&limit=1").map { $0["seq"]?.integer } == [2])
      #expect(try await entries(house, "?limit=1").map { $0["seq"]?.integer } == [3])
      #expect(try await house.ask(.GET, "/v1/sessions/work/journal?limit=1").json["truncated"]?.bool == true)
      for query in ["?limit=0", "?limit=1001", "?after=-1", "?after=+1", "?after=01", "?x=1"] {
        #expect(try await house.ask(.GET, "/v1/sessions/work/journal\(query)").status == 400, "\(query)")
      }
      #expect(try await house.ask(.GET, "/v1/sessions/nobody/journal").status == 404)
    }
  }
}
