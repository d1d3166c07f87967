import AuthFlows
import SessionModel
import Testing
import WireJSON

@Suite("Second factors")
struct CodeTests {
  private let request = SignInRequest(flow: .password, username: "u")
  private let wrong = Script.refused("CodeMismatchException", "Invalid code or auth state for the user.")

  @Test(
    "a code that was sent is asked for by its medium, again after a wrong one",
    arguments: [
      ("SMS_MFA", LoginPrompt.smsCode(destination: "+1***")), ("SMS_OTP", .smsCode(destination: "+1***")),
      ("EMAIL_OTP", .emailCode(destination: "+1***")),
    ])
  func sent(name: String, prompt: LoginPrompt) async throws {
    let person = ScriptedConversation("pw", "000000", "123456")
    let requests = try await Pool().signIn(
      request, person, Script.challenge(name, ["CODE_DELIVERY_DESTINATION": "+1***", "USERNAME": "real"]), wrong)
    #expect(person.asked[1].prompt == prompt)
    #expect(person.asked[2].refused == AnswerRefused(.wrongCode, "The code is wrong. Try again.", attemptsLeft: 4))
    #expect(requests[2].values == ["USERNAME": "real", "\(name)_CODE": "123456"])
  }

  @Test("sent again on wish: the sign-in begins anew with the password at hand, and nothing is asked twice")
  func resent() async throws {
    let person = ScriptedConversation([.text("pw"), .resend, .text("123456")])
    let requests = try await Pool().signIn(
      request, person, Script.challenge("SMS_MFA"), Script.challenge("SMS_MFA", session: "second"))
    #expect(person.kinds == ["password", "sms_code", "sms_code"])
    #expect(person.asked[2].refused == nil)
    #expect(requests[1].operation == "InitiateAuth" && requests[1].values["PASSWORD"] == "pw")
    #expect(requests[2].body["Session"] == "second")
  }

  @Test("codes are sent again five times and no more, and one that came is still taken")
  func resentTooOften() async throws {
    let pool = try Pool()
    let answers: [LoginAnswer?] = [.text("pw")] + [LoginAnswer](repeating: .resend, count: 6) + [.text("123456")]
    let person = ScriptedConversation(answers)
    let sms = Script.challenge("SMS_MFA")
    _ = try await pool.signIn(request, person, sms, sms, sms, sms, sms, sms)
    #expect(person.asked.last?.refused?.reason == .tooManyAttempts)
    #expect(person.asked.last?.refused?.message.contains("5 times") == true)
  }

  @Test("an authenticator's code can't be sent again")
  func nothingToSend() async throws {
    let person = ScriptedConversation([.text("pw"), .resend, .text("123456")])
    _ = try await Pool().signIn(request, person, Script.challenge("SOFTWARE_TOKEN_MFA"))
    #expect(person.asked[2].refused?.reason == .wrongCode)
  }

  @Test("an authenticator's code that was used is said to be old, and the next one is taken")
  func used() async throws {
    let person = ScriptedConversation("pw", "111111", "222222")
    _ = try await Pool().signIn(
      request, person, Script.challenge("SOFTWARE_TOKEN_MFA"),
      Script.refused("ExpiredCodeException", "Your software token has already been used once."))
    #expect(
      person.asked[2].refused
        == AnswerRefused(
          .codeExpired, "This code was used already or is too old. Wait for the next one.", attemptsLeft: 4))
  }

  @Test("which factor is asked by name, and the name goes back as it came")
  func select() async throws {
    let person = ScriptedConversation("pw", "EMAIL_OTP", "123456")
    let requests = try await Pool().signIn(
      request, person,
      Script.challenge("SELECT_MFA_TYPE", ["MFAS_CAN_CHOOSE": "[\"SMS_MFA\",\"EMAIL_OTP\"]"]),
      Script.challenge("EMAIL_OTP"))
    #expect(person.asked[1].prompt == .selectMFA(options: ["SMS_MFA", "EMAIL_OTP"]))
    #expect(requests[1].values["ANSWER"] == "EMAIL_OTP")
    #expect(requests[2].values["EMAIL_OTP_CODE"] == "123456")
  }

  @Test("a code of the chosen factor is sent again without the choice being asked again")
  func resentAfterChoice() async throws {
    let person = ScriptedConversation([.text("pw"), .text("EMAIL_OTP"), .resend, .text("123456")])
    let choice = Script.challenge("SELECT_MFA_TYPE", ["MFAS_CAN_CHOOSE": "[\"SMS_MFA\",\"EMAIL_OTP\"]"])
    let mail = Script.challenge("EMAIL_OTP")
    let requests = try await Pool().signIn(request, person, choice, mail, choice, mail)
    #expect(person.kinds == ["password", "select_mfa", "email_code", "email_code"])
    #expect(requests.map { $0.values["ANSWER"] } == [nil, "EMAIL_OTP", nil, "EMAIL_OTP", nil])
  }

  @Test("what is not of a code's form is a wrong code")
  func malformed() async throws {
    let person = ScriptedConversation("pw", "abc", "123456")
    _ = try await Pool().signIn(
      request, person, Script.challenge("SOFTWARE_TOKEN_MFA"),
      Script.refused("InvalidParameterException", "2 validation errors detected: Value at 'x' failed: [0-9]+"))
    #expect(person.asked[2].refused == AnswerRefused(.wrongCode, "The code is wrong. Try again.", attemptsLeft: 4))
  }

  @Test("after the last attempt the end says how to begin again")
  func lastAttempt() async throws {
    let person = ScriptedConversation("pw", "1", "2", "3", "4", "5")
    let failure = try await Pool().failure(
      request, person, Script.challenge("SMS_MFA"), wrong, wrong, wrong, wrong, wrong)
    #expect(failure.problem.reason == "wrong_code")
    #expect(
      failure.problem.detail == "The code is wrong. No attempts are left. Begin again: agentctl login.")
  }

  @Test("too many wrong codes end the sign-in, and the person is told to wait")
  func locked() async throws {
    let failure = try await Pool().failure(
      request, ScriptedConversation("pw", "1", "2"), Script.challenge("SMS_MFA"),
      wrong, Script.refused("NotAuthorizedException", "Password attempts exceeded"))
    #expect(failure.problem.reason == "too_many_attempts")
    #expect(failure.problem.detail.contains("Wait"))
  }
}
