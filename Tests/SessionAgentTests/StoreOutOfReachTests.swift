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
    try await AgentHouse.with { house in
      try await house.signIn()
      let link = try linkKeystore(of: house)
      try await house.restarted { again in
        let detail = try await again.token().json["detail"]?.string
        #expect(detail?.contains("It is tried again by itself") == true)
        for _ in 0..<2 {
          let begun = again.clock.now().boot
          try await again.wakeAtDeadline()
          #expect(again.clock.now().boot == begun.adding(milliseconds: 10_000))
          #expect(try await again.token().status == 423)
        }
        #expect(unlink(link) == 0)
        try await again.wakeAtDeadline()
        try await eventually("it is open") { try await again.state() == "active" }
        #expect(try await again.token().json["generation"] == 1)
      }
    }
  }

  @Test("where no key is to be had by then either, that is told, its sessions are listed, and nothing is tried")
  func readableWithoutKey() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let link = try linkKeystore(of: house)
      #expect(rename(house.folder.path + "/key", house.folder.path + "/away") == 0)
      try await house.restarted { again in
        #expect(try await again.ask(.GET, "/v1/sessions").json["sessions"]?.array?.isEmpty == true)
        #expect(unlink(link) == 0)
        try await again.wakeAtDeadline()
        try await eventually("it is listed") { try await again.state() == "locked" }
        let detail = try await again.token().json["detail"]?.string
        #expect(detail?.hasSuffix("(Once that is mended: agentctl unlock)") == true)
        #expect(again.timer.armed == nil)
      }
    }
  }

  @Test("a person who locks it keeps it closed, also when it can be used")
  func locked() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let link = try linkKeystore(of: house)
      try await house.restarted { again in
        _ = try await again.ask(.POST, "/v1/lock")
        #expect(again.timer.armed == nil)
        let detail = try await again.token().json["detail"]?.string
        #expect(detail?.hasSuffix("(Once that is mended: agentctl unlock)") == true)
        #expect(unlink(link) == 0)
        again.advance(seconds: 60)
        await again.agent.tick()
        #expect(try await again.token().json["code"] == "locked")
        #expect(try await again.ask(.POST, "/v1/unlock", [:]).json["state"] == "unlocked")
        #expect(try await again.token().json["generation"] == 1)
      }
    }
  }

  @Test("where the file is gone by then, none is made in the place that it may be put back to")
  func gone() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let link = try linkKeystore(of: house)
      try await house.restarted { again in
        let file = again.folder.path + "/data/keystore.sqlite"
        #expect(unlink(file) == 0)
        try await again.wakeAtDeadline()
        try await eventually("it is looked at") {
          try await again.ask(.GET, "/v1/keystore").json["state"]?.string == "uninitialized"
        }
        #expect(access(file, F_OK) != 0)
        #expect(again.timer.armed == nil)
        #expect(rename(link, file) == 0)
        #expect(try await again.ask(.POST, "/v1/unlock", [:]).json["state"] == "unlocked")
        #expect(try await again.token().json["generation"] == 1)
      }
    }
  }

  /// A second name, by which the file could be changed behind the agent's back, so that it is not used.
  private func linkKeystore(of house: AgentHouse) throws -> String {
    let file = house.folder.path + "/data/keystore.sqlite"
    try #require(Glibc.link(file, file + ".second") == 0)
    return file + ".second"
  }
}
