import Foundation
import SessionAPI
import SessionModel
import Testing
import WireJSON

@testable import agentctl

@Suite("The command that writes a profile as it is")
struct ProfileAdditionTests {
  private let place: Place
  init() throws { place = try Place() }

  @Test(
    "run by a shell, it leaves every key as it is",
    arguments: [
      """
      {"provider":"cognito","refresh":"on-demand","refresh_token_days":30,"git_hosts":["g","h"],\
      "user_pool_id":"us-east-1_x","client_id":"c","region":"us-east-1","endpoint":"http://127.0.0.1:1",\
      "domain":"https://d","scopes":["openid","a b"],"redirect_uris":["http://127.0.0.1:1/","http://[::1]:2/"],\
      "auth_flow":"web","access":{"allow":["/usr/bin/x","/usr/bin/y"],"confirm":true,"tokens":["id"],"max_ttl":60}}
      """,
      #"{"provider":"oidc","issuer":"https://i/it's?a&b","client_id":"a$HOME `id`","dpop":true,"access":{"allow":[]}}"#,
    ])
  func everyKey(text: String) throws {
    var profile = try ProfileDocument(json: JSONValue.parse(text.utf8))
    let agent = try FakeAgent(
      place,
      ["GET /v1/profiles": [Answers.profiles("work")], "PUT /v1/profiles/work": [Answers.ok(["provider": "oidc"])]])
    #expect(ProfileAddition.command(profile) == nil)
    profile.name = Name("work")
    let command = try #require(ProfileAddition.command(profile))
    let folder = (Programs.agentctl as NSString).deletingLastPathComponent
    let ending = try Programs.run(
      "/bin/sh", ["-c", command], in: place, environment: place.environment(["PATH": folder + ":/usr/bin:/bin"]))
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(agent.requests.last?.body?.text == text)
  }
}
