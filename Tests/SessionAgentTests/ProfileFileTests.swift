import Foundation
import SessionAPI
import SessionModel
import Testing
import WireJSON

@testable import SessionAgent

@Suite("Profile files")
struct ProfileFileTests {
  private let name = Name("work")
  static let cognito = "provider = \"cognito\"\nuser_pool_id = \"us-east-1_AbCdEf\"\nclient_id = \"abc123\"\n"
  static let oidc = "provider = \"oidc\"\nissuer = \"https://id.example.org\"\nclient_id = \"abc 123\"\n"

  private func document(_ text: String) throws -> ProfileDocument {
    try ProfileFile.document(
      try ConfigurationFile(path: "work.toml", text: text), name: try #require(name), source: .user)
  }

  private func complaint(_ text: String) -> String? {
    do {
      _ = try document(text)
      return nil
    } catch {
      let problem = error as? Problem
      return problem?.code == .badConfiguration ? problem?.detail : "another error: \(error)"
    }
  }

  @Test("every key of the contract is read, for the provider that it is for")
  func everyKey() throws {
    let common = """
      refresh = "on-demand"
      ca_file = "/etc/ca.pem"
      refresh_token_days = 30
      rotation_grace_seconds = 10
      git_hosts = ["git.example.org"]
      docker_hosts = ["hub.example.org"]
      scopes = ["openid", "profile"]
      redirect_uris = ["http://127.0.0.1:8400/cb"]
      logout_uri = "https://example.org/out"
      identity_pool_id = "us-east-1:00000000-0000-0000-0000-000000000001"
      identity_endpoint = "http://localhost:9"
      sts_endpoint = "https://sts.example.org"
      role_arn = "arn:aws:iam::1:role/r"
      aws_flow = "classic"
      aws_region = "eu-west-1"

      """
    let forCognito = """
      region = "us-east-1"
      endpoint = "http://127.0.0.1:9/"
      domain = "https://auth.example.org"
      auth_flow = "srp"
      identity_provider = "Corp"
      idp_identifier = "corp"
      lang = "de"

      """
    let forOIDC = """
      audience = "api"
      token_endpoint_auth_method = "none"
      client_key_file = "/k.pem"
      dpop = true
      login_hint = "ann"
      logins_key = "id.example.org"

      """
    let access = "[access]\nallow = [\"/usr/bin/foo\"]\nconfirm = true\ntokens = [\"access\"]\nmax_ttl = 60\n"
    let cognito = try document(Self.cognito + common + forCognito + access)
    let oidc = try document(Self.oidc + common + forOIDC + access)
    let read = Set(ProfileKey.allCases.filter { cognito[$0] != nil || oidc[$0] != nil })
    #expect(read == Set(ProfileKey.allCases))
    #expect(cognito.string(.endpoint) == "http://127.0.0.1:9/")
    #expect(cognito.integer(.refreshTokenDays) == 30)
    #expect(cognito.access?.json["max_ttl"]?.integer == 60)

    for line in forOIDC.split(separator: "\n") {
      let key = line.prefix { $0 != " " }
      #expect(
        complaint(Self.cognito + line)
          == "work.toml:4: \"\(key)\" is only for provider \"oidc\". Correct the file.")
    }
    for line in forCognito.split(separator: "\n") {
      let key = line.prefix { $0 != " " }
      #expect(
        complaint(Self.oidc + line)
          == "work.toml:4: \"\(key)\" is only for provider \"cognito\". Correct the file.")
    }
  }

  @Test(
    "plain http is for loopback addresses only",
    arguments: [
      ("https://cognito.example.org", true), ("http://127.0.0.1:8123", true), ("http://127.200.3.4", true),
      ("http://localhost:80/x", true), ("http://[::1]:8123", true), ("http://LOCALHOST", true),
      ("http://example.org", false), ("http://127.1", false), ("http://localhost.example.org", false),
      ("http://127.0.0.1.example.org", false), ("http://0x7f000001", false), ("http://2130706433", false),
      ("http://127.0.0.1@example.org", false), ("http://localhost@evil.example.org/", false),
      ("https://user:pass@example.org", false), ("http://[::ffff:127.0.0.1]", false), ("http://[::2]", false),
      ("http://127.0.0.256", false), ("http://127.0.0.1:99999", false), ("http://127.0.0.1\\@evil", false),
      ("http://localhost.", false), ("http://0127.0.0.1", false), ("http://127.0.0.0x1", false),
      ("http://127.0.0.1:8123/p?q", false), ("https://cognito.example.org/#f", false),
      ("ftp://127.0.0.1", false), ("//127.0.0.1", false), ("https://", false), ("http:///x", false),
      ("https://ex ample.org", false), ("HTTP://127.0.0.1", false),
    ])
  func plainHTTP(url: String, isFine: Bool) throws {
    let said = complaint(Self.cognito + "\nendpoint = '\(url)'\n")
    #expect((said == nil) == isFine, "\(said ?? "taken")")
    if !isFine { #expect(said?.hasPrefix("work.toml:5: \"endpoint\" must be") == true, "\(said ?? "taken")") }
    let issuer = Self.oidc.replacingOccurrences(of: "https://id.example.org", with: url)
    #expect((complaint(issuer.replacingOccurrences(of: "\\", with: "\\\\")) == nil) == isFine)
  }

  @Test(
    "a missing key is named",
    arguments: [
      ("", "provider"), ("provider = \"cognito\"", "user_pool_id"),
      ("provider = \"cognito\"\nuser_pool_id = \"us-east-1_A\"", "client_id"), ("provider = \"oidc\"", "issuer"),
      ("provider = \"oidc\"\nissuer = \"https://a.b\"", "client_id"),
      ("provider = \"cognito\"\nuser_pool_id = \"\"\nclient_id = \"a\"", "user_pool_id"),
    ])
  func missing(text: String, key: String) {
    #expect(complaint(text)?.contains("\"\(key)\" is missing") == true, "\(complaint(text) ?? "taken")")
  }

  @Test(
    "a value of the wrong kind is named with its line",
    arguments: [
      ("refresh = \"sometimes\"", "\"refresh\" must be"), ("refresh = 1", "\"refresh\" must be"),
      ("scopes = \"openid\"", "\"scopes\" must be"), ("scopes = [1]", "\"scopes\" must be"),
      ("scopes = [1979-05-27]", "\"scopes\" must be"),
      ("refresh_token_days = \"30\"", "\"refresh_token_days\" must be"),
      ("refresh_token_days = 1979-05-27", "\"refresh_token_days\" must be"),
      ("ca_file = \"ca.pem\"", "\"ca_file\" must be an absolute path"), ("regoin = \"x\"", "\"regoin\" is not a known"),
      ("client_secret = \"hush\"", "\"client_secret\" is not a known"), ("name = \"x\"", "\"name\" is not a known"),
      ("redirect_uris = [\"http://evil.example.org/cb\"]", "\"redirect_uris\" must be https://"),
      ("redirect_uris = [\"\"]", "\"redirect_uris\" must be an https:// address"),
      ("logout_uri = \"http://evil.example.org\"", "\"logout_uri\" must be https://"),
      ("logout_uri = \"https://example.org/#x\"", "\"logout_uri\" must be an address without"),
      ("access = 1", "\"access\" must be a table"), ("region = \"us east\"", "\"region\" must be"),
      ("\n[access]\nallwo = []".replacingOccurrences(of: "\n[", with: "["), "\"access.allwo\""),
    ])
  func wrongKind(line: String, what: String) {
    let said = complaint(Self.cognito + line)
    let number = what.contains("allwo") ? 5 : 4
    #expect(said?.hasPrefix("work.toml:\(number): ") == true && said?.contains(what) == true, "\(said ?? "taken")")
    #expect(said?.contains("hush") != true)
  }

  @Test(
    "what is wrong in [access] is named with its own line",
    arguments: [
      ("max_ttl = -1", "\"access.max_ttl\" must be an integer from 0 to 1000000"),
      ("max_ttl = 99999999999", "\"access.max_ttl\" must be an integer from 0 to 1000000"),
      ("tokens = [\"refresh\"]", "\"access.tokens\" must be a list of access, id"),
      ("allwo = []", "\"access.allwo\" is not a known profile setting"),
    ])
  func wrongAccess(line: String, what: String) {
    let text = Self.cognito + "[access]\nallow = []\nconfirm = true\n" + line
    #expect(complaint(text) == "work.toml:7: \(what). Correct the file.", "\(complaint(text) ?? "taken")")
  }

  @Test("a pool id that could lead elsewhere is refused")
  func poolID() {
    for id in ["us-east-1", "a/b_c", "us-east-1_", "_x", "us.east_1", "x_" + String(repeating: "a", count: 60)] {
      let text = "provider = \"cognito\"\nuser_pool_id = \"\(id)\"\nclient_id = \"a\""
      #expect(complaint(text)?.contains("work.toml:2: \"user_pool_id\" must be") == true, "\(id)")
    }
  }

  @Test("what is written as TOML is read back the same")
  func roundTrip() throws {
    let text =
      Self.cognito + """
        scopes = ["openid", "a \\"quoted\\" one", "back\\\\slash", "line\\nbreak", "ünï"]
        refresh_token_days = 30
        identity_provider = "tab\\there # not a comment"
        endpoint = "https://e.example.org"
        [access]
        allow = ["/usr/bin/foo", "unit:foo.service"]
        confirm = true
        """
    let first = try document(text)
    let second = try document(ProfileFile.text(first))
    #expect(first == second)
    #expect(second[.scopes]?.array?.count == 5)
  }

  @Test("the user's file wins over the system's, also where it is bad")
  func precedence() throws {
    let folder = try TemporaryFolder()
    let profiles = ProfileFolder(user: folder.path + "/user", system: folder.path + "/system")
    let name = try #require(name)
    #expect(try profiles.read(name) == nil && profiles.names().isEmpty)
    try folder.write("system/work.toml", Self.cognito)
    #expect(try profiles.read(name)?.source == .system)
    try profiles.write(try document(Self.oidc), name: name)
    #expect(try profiles.read(name)?.source == .user)
    #expect(try profiles.read(name)?.string(.provider) == "oidc")
    try folder.write("user/other.toml", "x")
    try folder.write("user/no name.toml", "x")
    try folder.write("user/work.toml.new", "x")
    #expect(profiles.names().map(\.rawValue) == ["other", "work"])
    try folder.write("user/work.toml", "provider = ")
    #expect(throws: Problem.self) { try profiles.read(name) }
    try profiles.remove(name)
    #expect(try profiles.read(name)?.source == .system)
  }

  @Test("a written profile is for its user's eyes only and replaces a link instead of following it")
  func writing() throws {
    let folder = try TemporaryFolder()
    let profiles = ProfileFolder(user: folder.path + "/a/b", system: folder.path + "/none")
    let name = try #require(name)
    try folder.write("a/b/other.toml", "untouched")
    try #require(symlink("other.toml", folder.path + "/a/b/work.toml") == 0)
    try profiles.write(try document(Self.cognito), name: name)
    #expect(try folder.text("a/b/other.toml") == "untouched")
    var status = stat()
    #expect(lstat(folder.path + "/a/b/work.toml", &status) == 0 && status.st_mode == S_IFREG | 0o600)
  }
}
