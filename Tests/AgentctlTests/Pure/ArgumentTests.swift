import SessionAPI
import SessionAgentClient
import SessionModel
import Testing
import WireJSON

@testable import agentctl

@Suite("What agentctl is told")
struct ArgumentTests {
  @Test("a simple token request is read without a parser")
  func fastToken() {
    let options = FastToken.parse(["work", "--type=id", "--min-ttl", "60", "--format", "header", "--scope", "a"])
    #expect(options?.session == "work" && options?.request.type == .id && options?.request.minimumLife == 60)
    #expect(options?.format == .header && options?.request.scopes == ["a"])
    #expect(FastToken.parse([])?.session == nil && FastToken.parse([]) != nil)
  }

  @Test(
    "what is not simple, or not right, is left to the parser",
    arguments: [
      ["--help"], ["a", "b"], ["--type", "x"], ["--type"], ["--type", "--format"], ["--min-ttl=-1"],
      ["--dpop", "a", "b"],
      ["-h"], [""], ["--scope"], ["--", "work"],
    ])
  func notSimple(arguments: [String]) { #expect(FastToken.parse(arguments) == nil) }

  @Test(
    "an option is chosen by name, whatever its case, or by number from 1",
    arguments: [
      ("1", "SMS_MFA"), ("2", "EMAIL_OTP"), ("EMAIL_OTP", "EMAIL_OTP"), ("email_otp", "EMAIL_OTP"), ("0", nil),
      ("3", nil), ("", nil), ("-1", nil),
    ] as [(String, String?)])
  func option(answer: String, option: String?) {
    #expect(PromptQuestion.option(answer, of: ["SMS_MFA", "EMAIL_OTP"]) == option)
  }

  @Test(
    "only https, or http to this machine, is opened",
    arguments: [
      ("https://idp.example.org/x", true), ("http://127.0.0.1:1/", true), ("http://127.9.9.9/", true),
      ("http://[::1]:8/x", true), ("http://localhost:1", true), ("http://idp.example.org", false),
      ("http://localhost.example.org", false), ("http://127.0.0.1.example.org/", false),
      ("http://127.0.0.1@evil/", false),
      ("-x", false), ("file:///etc/passwd", false), ("javascript:1", false), ("", false), ("http://127.1/", false),
    ])
  func browser(url: String, safe: Bool) { #expect(Browser.isSafe(url) == safe) }

  @Test("the browser is BROWSER, else xdg-open where there is a display")
  func whichBrowser() {
    #expect(Browser(Environment(["BROWSER": "none", "DISPLAY": ":0"])) == nil)
    #expect(Browser(Environment([:])) == nil)
    #expect(Browser(Environment(["WAYLAND_DISPLAY": "w"])) != nil && Browser(Environment(["BROWSER": "ff"])) != nil)
  }

  @Test(
    "a user pool's id or an address is told from a profile's name",
    arguments: [
      ("us-east-1_AbC", true), ("us-gov-west-1_x1", true), ("https://i", true), ("work", false), ("my_profile", false),
      ("us-east-1_", false), ("a-b-c_d", false), ("us-east-1_a_b", false),
    ])
  func provider(text: String, isProvider: Bool) { #expect(ProfileChoice.isProvider(text) == isProvider) }

  private func profile(_ name: String?, pool: String, client: String = "c") throws -> ProfileDocument {
    var profile = ProfileDocument(name: name.flatMap { Name($0) })
    try profile.set(.provider, to: "cognito")
    try profile.set(.userPoolID, to: .string(pool))
    try profile.set(.clientID, to: .string(client))
    return profile
  }

  @Test("a profile made on the way is called default, else like its pool, else with a number")
  func profileName() throws {
    let wanted = try profile(nil, pool: "us-east-1_x")
    let other = try profile("default", pool: "us-east-1_y")
    let taken = try profile("us-east-1_x", pool: "us-east-1_z")
    func plan(_ existing: [ProfileDocument], named name: String? = nil) -> ProfileOnTheWay.Plan {
      ProfileOnTheWay.plan(wanted, named: name.flatMap { Name($0) }, among: existing)
    }
    let names = ["default", "us-east-1_x", "us-east-1_x-2", "n"].compactMap { Name($0) }
    #expect(plan([]) == .make(names[0]) && plan([other]) == .make(names[1]))
    #expect(plan([other, taken]) == .make(names[2]) && plan([other], named: "n") == .make(names[3]))
    #expect(plan([try profile("n", pool: "us-east-1_x")]) == .use(names[3]))
    var more = try profile("a", pool: "us-east-1_x")
    try more.set(.endpoint, to: "http://127.0.0.1:1")
    #expect(plan([more]) == .use(try #require(Name("a"))))
    #expect(plan([more, try profile("n", pool: "us-east-1_x")]) == .use(names[3]))
    var near = try profile("n", pool: "us-east-1_x")
    try near.set(.lang, to: "de")
    #expect(plan([more, near]) == .use(names[3]), "the same place comes first")
    #expect(plan([other], named: "default") == .taken(names[0]))
    #expect(plan([try profile("n", pool: "us-east-1_x", client: "d")]) == .make(names[0]))
  }

  @Test("a setting is read by its key's type")
  func settings() throws {
    var profile = ProfileDocument()
    for text in [
      "dpop=true", "scopes=a,b", "refresh_token_days=7", "lang=", "access.allow=/bin/a,unit:b", "access.confirm=true",
    ] {
      try ProfileSetting(text).apply(to: &profile)
    }
    #expect(
      profile.bool(.dpop) == true && profile.strings(.scopes) == ["a", "b"] && profile.integer(.refreshTokenDays) == 7)
    #expect(
      profile.string(.lang) == "" && profile.access?.allow == ["/bin/a", "unit:b"] && profile.access?.confirm == true)
    for wrong in ["=1", "x", "no_such=1", "dpop=yes", "refresh_token_days=x", "client_secret=x", "access.x=1"] {
      #expect(throws: CommandFailure.self) { try ProfileSetting(wrong).apply(to: &profile) }
    }
  }
}
