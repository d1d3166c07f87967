import SessionAPI
import SessionModel
import Testing
import WireJSON

@Suite("A profile on the socket")
struct ProfileDocumentTests {
  private static let everything = """
    {"name":"work","source":"user","has_client_secret":false,"provider":"cognito","refresh":"on-demand",\
    "ca_file":"/ca.pem","refresh_token_days":30,"rotation_grace_seconds":0,"git_hosts":["g"],"docker_hosts":["d"],\
    "user_pool_id":"us-east-1_x","issuer":"https://i","client_id":"c","region":"us-east-1","endpoint":"https://e",\
    "domain":"https://d","scopes":["openid"],"audience":"a","redirect_uris":["http://127.0.0.1:1/"],"logout_uri":"l",\
    "auth_flow":"custom-srp","identity_provider":"Google","idp_identifier":"i","lang":"de",\
    "token_endpoint_auth_method":"none","client_key_file":"/k","dpop":true,"login_hint":"h","identity_pool_id":"p",\
    "identity_endpoint":"https://e","sts_endpoint":"https://s","role_arn":"arn","aws_flow":"classic",\
    "aws_region":"us-east-1","logins_key":"k",\
    "access":{"allow":["/usr/bin/foo"],"confirm":true,"tokens":["access"],"max_ttl":60}}
    """

  @Test("has every key of the file, in a fixed order, and only those that are set")
  func keys() throws {
    #expect(try ProfileDocument.rewritten(ProfileDocumentTests.everything) == ProfileDocumentTests.everything)
    #expect(try ProfileDocument.rewritten(#"{"provider":"oidc","lang":null}"#) == #"{"provider":"oidc"}"#)
  }

  @Test("carries what is wrong with a bad file, and takes it back as it takes every read-only member")
  func badFile() throws {
    let bad = #"{"name":"work","source":"user","error":"work.toml:3: \"x\" is not a known key"}"#
    #expect(try ProfileDocument.rewritten(bad) == bad)
    #expect(try ProfileDocument.read(bad).error == #"work.toml:3: "x" is not a known key"#)
    #expect(try ProfileDocument.read(#"{"error":null}"#).error == nil)
  }

  @Test("tells a client secret that is not named from one that is removed")
  func clientSecret() throws {
    #expect(try ProfileDocument.read("{}").clientSecret == .keep)
    #expect(try ProfileDocument.read(#"{"client_secret":null}"#).clientSecret == .remove)
    #expect(try ProfileDocument.rewritten(#"{"client_secret":null}"#) == #"{"client_secret":null}"#)
    #expect(try ProfileDocument.rewritten(#"{"client_secret":"s"}"#) == #"{"client_secret":"s"}"#)
  }

  @Test(
    "refuses a value that is not of its key's type, by name",
    arguments: [
      (#"{"provider":"ldap"}"#, "provider"), (#"{"refresh_token_days":-1}"#, "refresh_token_days"),
      (#"{"scopes":"openid"}"#, "scopes"), (#"{"scopes":[1]}"#, "scopes"), (#"{"dpop":"yes"}"#, "dpop"),
      (#"{"client_id":1}"#, "client_id"), (#"{"access":{"tokens":["refresh"]}}"#, "tokens"),
      (#"{"access":{"x":1}}"#, "x"),
    ])
  func types(text: String, member: String) {
    do {
      _ = try ProfileDocument.read(text)
      Issue.record("it was taken")
    } catch {
      #expect("\(error)".contains("\"\(member)\""))
    }
  }

  @Test("reads keys as what they are")
  func accessors() throws {
    let profile = try ProfileDocument.read(ProfileDocumentTests.everything)
    #expect(profile.string(.userPoolID) == "us-east-1_x" && profile.integer(.refreshTokenDays) == 30)
    #expect(profile.bool(.dpop) == true && profile.strings(.scopes) == ["openid"] && profile[.lang] == "de")
    #expect(profile.string(.dpop) == nil && profile.access?.maxTTL == 60)
  }
}
