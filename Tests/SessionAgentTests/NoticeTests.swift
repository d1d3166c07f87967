import Foundation
import NIOHTTP1
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

@Suite("What a person is told on the desktop")
struct NoticeTests {
  private static let refresh = "GetTokensFromRefreshToken"
  private static let refusal = FaultyTransport.Fault.answer(
    status: 400, contentType: "application/x-amz-json-1.1", body: #"{"__type":"SomethingNewException","message":"<?>"}"#
  )

  private func notice(_ change: NoticeChange?) throws -> Notice {
    guard case .show(let notice, _)? = change else { throw Nothing() }
    return notice
  }

  private struct Nothing: Error {}

  /// Signs in and has the provider refuse for good.
  private func end(_ house: AgentHouse) async throws {
    try await house.signIn()
    try await house.control(["revoke": ["username": "ann"]])
    house.advance(seconds: 3600)
    #expect(try await house.token("?timeout=600").status == 401)
  }

  /// Signs in and has the provider refuse, but not for good.
  private func block(_ house: AgentHouse) async throws {
    try await house.signIn()
    house.transport.set(Self.refusal, for: Self.refresh)
    house.advance(seconds: 3600)
    #expect(try await house.token("?timeout=600").status == 502)
  }

  @Test("a session that ended is told once, with its reason and the command; a new sign-in takes it back")
  func ended() async throws {
    try await AgentHouse.with { house in
      try await end(house)
      for _ in 0..<3 { #expect(try await house.token("?timeout=600").status == 401) }
      let told = try notice(house.desktop.value.first)
      #expect(told.summary == "Session work needs you to sign in")
      #expect(told.body == "The provider revoked the session's refresh token. Run: agentctl login work")
      #expect(house.desktop.value == [.show(told, .session(house.work))])
      try await house.signIn()
      #expect(house.desktop.value == [.show(told, .session(house.work)), .withdraw(.session(house.work))])
    }
  }

  @Test("a blocked session is told once however often it is tried; once it is well that is taken back, and told anew")
  func blocked() async throws {
    try await AgentHouse.with { house in
      try await block(house)
      let asked = house.transport.count(Self.refresh)
      try await house.wakeAtDeadline()
      try await eventually("tried again") { house.transport.count(Self.refresh) > asked }
      try await eventually("blocked again") { house.timer.armed != nil }
      let told = try notice(house.desktop.value.first)
      #expect(told.summary == "Session work is blocked")
      #expect(told.body.contains("SomethingNewException") && told.body.hasSuffix("See: agentctl explain work"))
      #expect(house.desktop.value == [.show(told, .session(house.work))])

      house.transport.set(nil, for: Self.refresh)
      try await house.wakeAtDeadline()
      try await eventually("taken back") { house.desktop.value.last == .withdraw(.session(house.work)) }
      #expect(house.desktop.value.count == 2)
      house.transport.set(Self.refusal, for: Self.refresh)
      house.advance(seconds: 3600)
      #expect(try await house.token("?timeout=600").status == 502)
      #expect(house.desktop.value.last == .show(told, .session(house.work)))
    }
  }

  @Test("trouble that may pass is told nobody, and takes nothing back")
  func offline() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      house.transport.unplug()
      house.advance(seconds: 3600)
      #expect(try await house.token("?timeout=600").code == "offline")
      #expect(house.desktop.value.isEmpty)
      house.transport.plugIn()
      try await block(house)
      house.transport.set(nil, for: Self.refresh)
      house.transport.unplug()
      try await house.wakeAtDeadline()
      try await eventually("offline") { try await house.state() == "offline" }
      #expect(house.desktop.value.count == 1)
    }
  }

  @Test("signing out tells nothing, and takes back what was told", arguments: [false, true])
  func signOut(isTold: Bool) async throws {
    try await AgentHouse.with { house in
      if isTold { try await block(house) } else { try await house.signIn() }
      #expect(house.desktop.value.count == (isTold ? 1 : 0))
      #expect(try await house.ask(.DELETE, "/v1/sessions/work").status == 200)
      #expect(house.desktop.value.dropFirst() == (isTold ? [.withdraw(.session(house.work))] : []))
    }
  }

  @Test("an agent that starts tells of no session that had ended before")
  func restart() async throws {
    try await AgentHouse.with { house in
      try await end(house)
      try await eventually("durable") { try await house.keystore.sessions().records.first?.signInRequired != nil }
      try await house.restarted { again in
        #expect(try await again.token("?timeout=600").status == 401)
        #expect(again.desktop.value.isEmpty)
        try await again.signIn()
        #expect(again.desktop.value.isEmpty)
      }
    }
  }

  @Test("a profile that does not fit any more is told with what to do, and taken back when it fits")
  func profile() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let good = try house.folder.text("profiles.d/work.toml")
      for client in ["other", "another"] {
        try house.folder.write("profiles.d/work.toml", good.replacing("\"app\"", with: "\"\(client)\""))
        await house.agent.reload()
      }
      #expect(house.desktop.value.count == 1)
      #expect(try notice(house.desktop.value.first).body.hasSuffix("Restore it, or run: agentctl login work"))
      try house.folder.write("profiles.d/work.toml", good)
      await house.agent.reload()
      #expect(house.desktop.value.last == .withdraw(.session(house.work)))
    }
  }

  @Test("a store that can't be opened is told when a program asks, once; opened, that is taken back")
  func closedStore() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let (key, away) = (house.folder.path + "/key", house.folder.path + "/away")
      #expect(rename(key, away) == 0)
      try await house.restarted { again in
        _ = try await again.ask(.GET, "/v1/status")
        #expect(again.desktop.value.isEmpty)
        for _ in 0..<3 { #expect(try await again.token().status == 423) }
        #expect(
          try await again.token().json["detail"]?.string?.hasSuffix("(Once that is mended: agentctl unlock)") == true)
        let told = try notice(again.desktop.value.first)
        #expect(told.summary == "A program needs your keystore" && told.body.contains("agentctl"))
        #expect(again.desktop.value == [.show(told, .keystore)])
        #expect(rename(away, key) == 0)
        #expect(try await again.ask(.POST, "/v1/unlock", [:]).json["state"] == "unlocked")
        #expect(again.desktop.value == [.show(told, .keystore), .withdraw(.keystore)])
      }
    }
  }

  @Test("whoever locked the store is not told that it is locked")
  func lockedStore() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      _ = try await house.ask(.POST, "/v1/lock")
      #expect(try await house.token().status == 423)
      #expect(house.desktop.value.isEmpty)
    }
  }

  @Test("a session that is damaged is told when a program asks for it")
  func damaged() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let id = try #require(try await house.keystore.sessions().records.first?.id)
      await house.agent.stop()
      try house.damageSession(id: id)
      try await house.restarted { again in
        #expect(again.desktop.value.isEmpty)
        for _ in 0..<2 { #expect(try await again.token().status == 507) }
        let told = try notice(again.desktop.value.first)
        #expect(told.summary == "Session work is damaged")
        #expect(told.body.hasSuffix("Sign in again: agentctl login work"))
        #expect(again.desktop.value.count == 1)
        try await again.signIn()
        #expect(again.desktop.value.last == .withdraw(.session(again.work)))
      }
    }
  }

  @Test("with notify off nothing is told; switched on, what is needed now is; off again, it is taken away")
  func setting() async throws {
    var off = Settings()
    off.notify = false
    try await AgentHouse.with(settings: off) { house in
      try await block(house)
      #expect(house.desktop.value.isEmpty)
      await house.agent.take(Settings())
      let told = try notice(house.desktop.value.first)
      #expect(house.desktop.value == [.show(told, .session(house.work))])
      await house.agent.take(Settings())
      await house.agent.take(off)
      await house.agent.take(off)
      #expect(house.desktop.value == [.show(told, .session(house.work)), .withdraw(.session(house.work))])
    }
  }
}

@Suite("Which notices stand")
struct NoticesTests {
  private let notice = Notice(summary: "s", body: "b")

  private func session(_ number: Int) throws -> NoticeSubject { .session(try #require(Name("s\(number)"))) }

  @Test("the same need is no news, another reason replaces it, and what nobody needed settles without a word")
  func news() throws {
    var notices = Notices(isOn: true)
    let work = try session(1)
    #expect(notices.settle(work) == [])
    #expect(notices.need(work, .refused, notice) == [.show(notice, work)])
    #expect(notices.need(work, .refused, Notice(summary: "s", body: "other words")) == [])
    #expect(notices.need(work, .profileChanged, notice) == [.show(notice, work)])
    #expect(notices.settle(work) == [.withdraw(work)])
    #expect(notices.settle(work) == [])
    #expect(notices.need(work, .refused, notice) == [.show(notice, work)])
  }

  @Test("thousands of sessions are a handful of notices, and one for the rest until all of the rest are well")
  func many() throws {
    var notices = Notices(isOn: true)
    let all = try (0..<5000).map { try session($0) }
    let changes = all.flatMap { notices.need($0, .refused, notice) }
    #expect(changes.count == Notices.most + 1)
    #expect(changes.dropLast().map(\.subject) == Array(all.prefix(Notices.most)))
    #expect(changes.last?.subject == .furtherSessions)
    #expect(notices.need(.keystore, nil, notice) == [.show(notice, .keystore)])
    for further in all.dropFirst(Notices.most).dropLast() { #expect(notices.settle(further) == []) }
    #expect(notices.settle(all[4999]) == [.withdraw(.furtherSessions)])
    #expect(notices.settle(all[0]) == [.withdraw(all[0])])
  }

  @Test("switched off everything goes, and what settles meanwhile does not come back")
  func off() throws {
    var notices = Notices(isOn: true)
    let (one, two) = (try session(1), try session(2))
    _ = notices.need(one, .refused, notice) + notices.need(two, .refused, notice)
    #expect(Set(notices.turn(on: false)) == [.withdraw(one), .withdraw(two)])
    #expect(notices.settle(one) == [])
    #expect(notices.turn(on: true) == [.show(notice, two)])
  }

  @Test("markup in names stays text")
  func markup() {
    let notice = Notice(summary: "<s>", body: #"<b>&amp; "it's""#)
    #expect(notice.markup == #"&lt;b&gt;&amp;amp; "it's""#)
  }
}
