import AuthFlows
import Foundation
import NIOHTTP1
import SessionModel
import SessionStore
import Testing
import WireJSON

@testable import SessionAgent

@Suite("Profiles that change under a session")
struct ProfileChangeTests {
  @Test("SECURITY 1: a profile that names another place blocks the session, and no secret goes anywhere")
  func profileChanged() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let elsewhere = try await LocalPool()
      try house.folder.write("profiles.d/work.toml", AgentHouse.profile(elsewhere.url))
      #expect(try await house.ask(.GET, "/v1/profiles/work").status == 200)
      #expect(try await house.state() == "blocked")
      #expect(try await house.session()["reason"] == "profile_changed")
      #expect(try await house.token().status == 200)
      let made = house.transport.total
      house.advance(seconds: 3600)
      await house.agent.tick()
      let answer = try await house.token("?timeout=600")
      #expect(answer.status == 422 && answer.code == "bad_configuration" && answer.reason == "profile_changed")
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").reason == "profile_changed")
      #expect(house.transport.total == made)
      #expect(house.transport.urls.allSatisfy { $0.hasPrefix(house.pool.url) })
      // Signing out still reaches the place that the token came from, and no other.
      let out = try await house.ask(.DELETE, "/v1/sessions/work")
      #expect(try out.json["revocation"] == "done")
      #expect(house.transport.urls.allSatisfy { $0.hasPrefix(house.pool.url) })
      await elsewhere.stop()
    }
  }

  @Test("a profile that is as it was again unblocks the session")
  func profileRestored() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let good = try house.folder.text("profiles.d/work.toml")
      try house.folder.write("profiles.d/work.toml", good.replacing("\"app\"", with: "\"other\""))
      await house.agent.reload()
      #expect(try await house.state() == "blocked")
      try await house.restarted { again in
        #expect(try await again.session()["reason"] == "profile_changed")
        try again.folder.write("profiles.d/work.toml", good)
        await again.agent.reload()
        await again.agent.tick()
        try await eventually("renewed") { try await again.token().json["generation"] == 2 }
      }
    }
  }

  @Test("a profile file that is gone is told of the session that goes on by it, with the command that makes it anew")
  func profileGone() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      let good = try house.folder.text("profiles.d/work.toml")
      try FileManager.default.removeItem(atPath: house.folder.path + "/profiles.d/work.toml")
      let said = try #require(try await house.session()["last_error"]?["message"]?.string)
      #expect(said.contains("profile work is gone") && said.hasSuffix("--endpoint \(house.pool.url)"))
      #expect(try await house.state() == "active")
      try house.folder.write("profiles.d/work.toml", good)
      #expect(try await house.session()["last_error"] == .null)
    }
  }

  @Test("a profile file that does not parse is named, and the last good one serves on; after a restart it blocks")
  func profileBroken() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      try house.folder.write("profiles.d/work.toml", "provider = \"cognito\"\nuser_pool_id = \n")
      await house.agent.reload()
      #expect(try await house.state() == "active")
      let said = try #require(try await house.session()["last_error"]?["message"]?.string)
      #expect(said.contains("profiles.d/work.toml:2: "))
      #expect(try await house.ask(.POST, "/v1/sessions/work/refresh").json["generation"] == 2)
      let login = try await house.ask(.POST, "/v1/logins", ["profile": "work"])
      #expect(login.status == 422 && login.code == "bad_configuration" && login.text.contains("work.toml:2: "))
      try await house.restarted { again in
        let session = try await again.session()
        #expect(session["state"] == "blocked" && session["reason"] == "profile_changed")
        #expect(try await again.token().status == 200)
      }
    }
  }

  @Test("a profile in use can't be removed; afterwards it can")
  func profileInUse() async throws {
    try await AgentHouse.with { house in
      try await house.signIn()
      #expect(try await house.ask(.DELETE, "/v1/profiles/work").code == "conflict")
      _ = try await house.ask(.POST, "/v1/lock")
      #expect(try await house.ask(.DELETE, "/v1/profiles/work").code == "conflict")
      _ = try await house.ask(.POST, "/v1/unlock", [:])
      _ = try await house.ask(.DELETE, "/v1/sessions/work")
      #expect(try await house.ask(.DELETE, "/v1/profiles/work").status == 204)
      #expect(try await house.ask(.DELETE, "/v1/profiles/work").status == 404)
      #expect(try await house.token().status == 404)
    }
  }
}
