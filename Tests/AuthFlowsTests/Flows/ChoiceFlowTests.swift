import AuthFlows
import SessionModel
import Testing
import WireJSON

@Suite("The flow choice")
struct ChoiceFlowTests {
  private let offered = ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "WEB_AUTHN"]
  private let choice = SignInRequest(flow: .choice, username: "u")
  private func select() -> ScriptedTransport.Answer { Script.challenge("SELECT_CHALLENGE", available: offered) }
  private func preferring(_ challenge: String) -> SignInRequest {
    SignInRequest(flow: .choice, username: "u", preferredChallenge: challenge)
  }

  @Test("what the pool offers is asked, and the password goes along with the choice")
  func password() async throws {
    let person = ScriptedConversation("PASSWORD", "pw")
    let requests = try await Pool().signIn(choice, person, select())
    #expect(person.asked[0].prompt == .selectChallenge(options: offered))
    #expect(requests[0].body["AuthFlow"] == "USER_AUTH")
    #expect(requests[0].values == ["USERNAME": "u"])
    #expect(requests[1].body["ChallengeName"] == "SELECT_CHALLENGE")
    #expect(requests[1].values == ["USERNAME": "u", "ANSWER": "PASSWORD", "PASSWORD": "pw"])
  }

  @Test("a wrong password after the choice begins anew with what was chosen")
  func wrongPassword() async throws {
    let person = ScriptedConversation("PASSWORD", "a", "b")
    let requests = try await Pool().signIn(
      choice, person, select(), Script.refused("NotAuthorizedException", "Incorrect username or password."))
    #expect(person.kinds == ["select_challenge", "password", "password"])
    #expect(requests[2].operation == "InitiateAuth")
    #expect(requests[2].values == ["USERNAME": "u", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "b"])
  }

  @Test("the proof of the password goes along with the choice too")
  func proof() async throws {
    let requests = try await Pool().signIn(
      choice, ScriptedConversation("PASSWORD_SRP", "pw"), select(), try Script.verifier())
    #expect(requests[1].values["ANSWER"] == "PASSWORD_SRP" && requests[1].values["SRP_A"] != nil)
    #expect(requests[2].body["ChallengeName"] == "PASSWORD_VERIFIER")
  }

  @Test("a code by mail is chosen, sent again on wish by beginning anew, and taken")
  func mail() async throws {
    let person = ScriptedConversation([.text("EMAIL_OTP"), .resend, .text("12345678")])
    let code = Script.challenge("EMAIL_OTP", ["CODE_DELIVERY_DESTINATION": "m***@e***"], session: "later")
    let requests = try await Pool().signIn(choice, person, select(), Script.challenge("EMAIL_OTP"), code)
    #expect(person.kinds == ["select_challenge", "email_code", "email_code"])
    #expect(person.asked[2].prompt == .emailCode(destination: "m***@e***"))
    #expect(requests[1].values["ANSWER"] == "EMAIL_OTP")
    #expect(requests[2].values == ["USERNAME": "u", "PREFERRED_CHALLENGE": "EMAIL_OTP"])
    #expect(requests[3].values["EMAIL_OTP_CODE"] == "12345678" && requests[3].body["Session"] == "later")
  }

  @Test("what is preferred comes first", arguments: ["EMAIL_OTP", "SMS_OTP"])
  func preferred(_ name: String) async throws {
    let requests = try await Pool().signIn(
      preferring(name), ScriptedConversation("12345678"), Script.challenge(name))
    #expect(requests[0].values["PREFERRED_CHALLENGE"] == name)
    #expect(requests[1].values["\(name)_CODE"] == "12345678")
  }

  @Test("a preferred password is asked for before anything is sent")
  func preferredPassword() async throws {
    let requests = try await Pool().signIn(preferring("PASSWORD"), ScriptedConversation("pw"))
    #expect(requests[0].values == ["USERNAME": "u", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "pw"])
    let proven = try await Pool().signIn(
      preferring("PASSWORD_SRP"), ScriptedConversation("pw"), try Script.verifier())
    #expect(proven[0].values["PREFERRED_CHALLENGE"] == "PASSWORD_SRP" && proven[0].values["SRP_A"] != nil)
  }

  @Test("what the user can't use is offered otherwise")
  func otherOffer() async throws {
    let person = ScriptedConversation("PASSWORD", "pw")
    _ = try await Pool().signIn(preferring("EMAIL_OTP"), person, select())
    #expect(person.kinds == ["select_challenge", "password"])
  }

  @Test("the password as a challenge of its own is answered", arguments: ["PASSWORD", "PASSWORD_SRP"])
  func challenge(_ name: String) async throws {
    let requests = try await Pool().signIn(choice, ScriptedConversation("pw"), Script.challenge(name))
    #expect(requests[1].body["ChallengeName"]?.string == name)
    #expect(requests[1].values["ANSWER"] == nil)
    #expect(requests[1].values[name == "PASSWORD" ? "PASSWORD" : "SRP_A"] != nil)
  }

  @Test("a passkey is said to need the hosted pages: preferred, chosen, or demanded")
  func passkeys() async throws {
    let failures = [
      try await Pool().failure(preferring("WEB_AUTHN"), ScriptedConversation()),
      try await Pool().failure(choice, ScriptedConversation("WEB_AUTHN"), select()),
      try await Pool().failure(choice, ScriptedConversation(), Script.challenge("WEB_AUTHN")),
    ]
    for failure in failures {
      #expect(failure.problem.code == .unsupported)
      #expect(failure.problem.detail.contains("hosted pages") && failure.problem.detail.contains("--preferred"))
    }
  }

  @Test("what is not offered is asked again")
  func noOption() async throws {
    let person = ScriptedConversation("SMS_OTP", "PASSWORD", "pw")
    _ = try await Pool().signIn(choice, person, select())
    #expect(person.asked[1].refused?.message.contains("PASSWORD_SRP") == true)
  }

  @Test("a pool that offers nothing is at fault", arguments: ["SELECT_CHALLENGE", "SELECT_MFA_TYPE"])
  func noOffer(_ name: String) async throws {
    let failure = try await Pool().failure(choice, ScriptedConversation(), Script.challenge(name))
    #expect(failure.problem.code == .providerError && !failure.problem.retryable)
  }
}
