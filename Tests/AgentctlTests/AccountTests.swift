import Foundation
import SessionModel
import Testing
import WireJSON

@testable import agentctl

@Suite("agentctl account")
struct AccountTests {
  private let place: Place
  init() throws { place = try Place() }

  private static let account = "/v1/profiles/work/account/"
  private let delivery: JSONValue = ["medium": "SMS", "destination": "+***99", "attribute": "phone_number"]

  private func refusal(_ reason: String, _ detail: String) -> JSONValue {
    Answers.problem(
      422, "credentials_refused", detail,
      [
        JSONMember("retryable", false), JSONMember("retry_after_seconds", nil), JSONMember("reason", .string(reason)),
        JSONMember("session", nil), JSONMember("provider", nil),
      ])
  }

  private func agent(_ script: [String: [JSONValue]]) throws -> FakeAgent {
    try FakeAgent(
      place,
      [
        "GET /v1/keystore": [Answers.keystore("unlocked")], "GET /v1/profiles": [Answers.profiles("work")],
        "GET /v1/sessions": [Answers.sessions("work")],
        "GET /v1/sessions/work": [Answers.ok(Answers.session("work"))],
      ].merging(script) { $1 })
  }

  @Test("signup sends what was given, and says where the code went and what to do with it")
  func signUp() throws {
    let made: JSONValue = ["confirmed": false, "sub": "s", "delivery": delivery]
    let agent = try agent(["POST \(Self.account)signup": [Answers.ok(made, status: 201)]])
    let ending = try Programs.agentctl(
      "account", "signup", "--username", "it's me", "--attribute", "name=A=B", input: "pass\n", in: place)
    #expect(ending.status == 0)
    #expect(ending.output.contains("by SMS to +***99"))
    #expect(ending.output.contains("agentctl account confirm work --username 'it'\\''s me'"))
    let body = agent.requests.last?.body
    #expect(body == ["username": "it's me", "password": "pass", "attributes": ["name": "A=B"]])
  }

  @Test("a wrong code is asked again, five times at most, and one that expired says how to get another")
  func codes() throws {
    let wrong = refusal("wrong_code", "The code is wrong.")
    let agent = try agent(["POST \(Self.account)confirm": [wrong]])
    let ending = try Programs.agentctl(
      "account", "confirm", "work", "--username", "u", input: "1\n2\n3\n4\n5\n6\n", in: place)
    #expect(ending.status == 13 && ending.errors.contains("The code is wrong."))
    let codes = agent.requests.compactMap { $0.body?["code"]?.string }
    #expect(codes == ["1", "2", "3", "4", "5"])
  }

  @Test("a code that has expired is not asked again")
  func expired() throws {
    let agent = try agent(["POST \(Self.account)confirm": [refusal("code_expired", "The code has expired.")]])
    let ending = try Programs.agentctl("account", "confirm", "--username", "u", input: "1\n2\n", in: place)
    #expect(ending.status == 13)
    #expect(ending.errors.contains("Run: agentctl account resend-code work --username u"))
    #expect(agent.requests.filter { $0.line.hasSuffix("confirm") }.count == 1)
  }

  @Test("reset-password asks for the code, then the password, and again only for what was refused")
  func reset() throws {
    let agent = try agent([
      "POST \(Self.account)reset-password": [
        refusal("password_policy", "Too short."), refusal("wrong_code", "The code is wrong."), Answers.ok([:]),
      ]
    ])
    let ending = try Programs.agentctl(
      "account", "reset-password", "--username", "u", input: "1\nweak\nstrong\n2\n", in: place)
    #expect(ending.status == 0)
    let sent = agent.requests.suffix(3).compactMap(\.body)
    #expect(sent.map { $0["code"]?.string } == ["1", "1", "2"])
    #expect(sent.map { $0["new_password"]?.string } == ["weak", "strong", "strong"])
  }

  @Test("the end of input before any refusal ends with 1 and sends nothing")
  func endOfInput() throws {
    let agent = try agent([:])
    let ending = try Programs.agentctl("account", "change-password", "work", input: "old\n", in: place)
    #expect(ending.status == 1 && ending.errors.contains("Nothing was done"))
    #expect(!agent.requests.contains { $0.line.hasPrefix("POST") })
  }

  @Test("an answer that is not UTF-8 is called that, and is not sent")
  func encoding() throws {
    let agent = try agent(["POST \(Self.account)confirm": [Answers.ok([:])]])
    let script = try Programs.script(
      "printf 'p\\344ss\\n' | \(Programs.agentctl) account confirm work --username u", to: "latin1", in: place)
    let ending = try Programs.run(script, [], in: place, environment: place.environment())
    #expect(ending.status == 64 && ending.errors.contains("not UTF-8"))
    #expect(!agent.requests.contains { $0.line.hasPrefix("POST") })
  }

  @Test(
    "what does not fit together is wrong usage",
    arguments: [
      ["mfa", "--enroll-totp", "--off", "SMS_MFA"], ["signup", "work"], ["attributes", "--set", "nothing"],
      ["verify-attribute"], ["mfa", "--off", "zork"], ["mfa", "--prefer", "sms"],
      ["devices", "--remember", "a", "--forget", "a"],
    ])
  func usage(arguments: [String]) throws {
    let agent = try agent([:])
    let ending = try Programs.run(
      Programs.agentctl, ["account"] + arguments, in: place, environment: place.environment())
    #expect(ending.status == 64)
    #expect(!agent.requests.contains { !$0.line.hasPrefix("GET") })
  }

  @Test("with one argument verify-attribute takes the only session")
  func oneArgument() throws {
    let agent = try agent(["POST /v1/sessions/work/account/attributes/custom%3Ax/verify": [Answers.ok([:])]])
    let ending = try Programs.agentctl("account", "verify-attribute", "custom:x", input: "1\n", in: place)
    #expect(ending.status == 0 && ending.output.contains("custom:x is verified"))
    #expect(agent.requests.last?.body == ["code": "1"])
  }

  @Test(
    "the second factors after what was asked for",
    arguments: [
      (["A"], "A", true, nil, nil, ["A", "SOFTWARE_TOKEN_MFA"], "A"),
      ([], nil, true, nil, nil, ["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA"),
      (["A", "B"], "A", false, "B", nil, ["A", "B"], "B"), (["A", "B"], "A", false, nil, "A", ["B"], nil),
      (["A", "B"], "A", false, nil, "B", ["A"], "A"), (["A"], "A", false, nil, nil, ["A"], "A"),
    ] as [([String], String?, Bool, String?, String?, [String], String?)])
  func factors(
    before: [String], preferred: String?, enrolled: Bool, prefer: String?, off: String?, after: [String],
    wanted: String?
  ) {
    let settings = AccountCommand.MFA.settings(
      MFASettings(methods: before, preferred: preferred), enrolled: enrolled, prefer: prefer, off: off)
    #expect(settings == MFASettings(methods: after, preferred: wanted))
  }
}
