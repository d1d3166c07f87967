import Foundation
import NIOHTTP1
import SessionModel
import Testing
import WireJSON

@testable import SessionAgent

@Suite("A store whose file can't be used")
struct StoreOutOfReachTests {
  @Test("it is tried every ten seconds, and its sessions are served once it can be used")
  func opensByItself() async throws {
    try await withStoreOutOfReach { house, link in
      let detail = try await house.token().json["detail"]?.string
      #expect(detail?.contains("It is tried again by itself") == true)
      for _ in 0..<2 {
        let begun = house.clock.now().boot
        try await house.wakeAtDeadline()
        #expect(house.clock.now().boot == begun.adding(milliseconds: 10_000))
        #expect(try await house.token().status == 423)
      }
      #expect(unlink(link) == 0)
      try await house.wakeAtDeadline()
      try await eventually("it is open") { try await house.state() == "active" }
      #expect(try await house.token().json["generation"] == 1)
    }
  }

  @Test("where no key is to be had by then either, that is told, its sessions are listed, and nothing is tried")
  func readableWithoutKey() async throws {
    try await withStoreOutOfReach { house, link in
      #expect(rename(house.folder.path + "/key", house.folder.path + "/away") == 0)
      #expect(try await house.ask(.GET, "/v1/sessions").json["sessions"]?.array?.isEmpty == true)
      #expect(unlink(link) == 0)
      try await house.wakeAtDeadline()
      try await eventually("it is listed") { try await house.state() == "locked" }
      let detail = try await house.token().json["detail"]?.string
      #expect(detail?.hasSuffix("(Once that is mended: agentctl unlock)") == true)
      #expect(house.timer.armed == nil)
    }
  }

  @Test("a person who locks it keeps it closed, also when it can be used")
  func locked() async throws {
    try await withStoreOutOfReach { house, link in
      _ = try await house.ask(.POST, "/v1/lock")
      #expect(house.timer.armed == nil)
      let detail = try await house.token().json["detail"]?.string
      #expect(detail?.hasSuffix("(Once that is mended: agentctl unlock)") == true)
      #expect(unlink(link) == 0)
      house.advance(seconds: 60)
      await house.agent.tick()
      #expect(try await house.token().json["code"] == "locked")
      #expect(try await house.ask(.POST, "/v1/unlock", [:]).json["state"] == "unlocked")
      #expect(try await house.token().json["generation"] == 1)
    }
  }

  @Test("where the file is gone by then, none is made in the place that it may be put back to")
  func gone() async throws {
    try await withStoreOutOfReach { house, link in
      let file = house.folder.path + "/data/keystore.sqlite"
      #expect(unlink(file) == 0)
      try await house.wakeAtDeadline()
      try await eventually("it is looked at") {
        try await house.ask(.GET, "/v1/keystore").json["state"]?.string == "uninitialized"
      }
      #expect(access(file, F_OK) != 0)
      #expect(house.timer.armed == nil)
      #expect(rename(link, file) == 0)
      #expect(try await house.ask(.POST, "/v1/unlock", [:]).json["state"] == "unlocked")
      #expect(try await house.token().json["generation"] == 1)
    }
  }

  /// An agent that has met a store with a session whose file has a second name, `link`, by which it could be changed
  /// behind the agent's back, so that it is not used.
  private func withStoreOutOfReach(_ body: (_ house: AgentHouse, _ link: String) async throws -> Void) async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let file = house.folder.path + "/data/keystore.sqlite"
      let link = file + ".second"
      try #require(Glibc.link(file, link) == 0)
      try await house.restarted { try await body($0, link) }
    }
  }
}
