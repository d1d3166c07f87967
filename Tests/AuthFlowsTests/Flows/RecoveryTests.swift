import AuthFlows
import SessionModel
import Testing
import WireJSON

@Suite("Getting in on the way")
struct RecoveryTests {
  private let request = SignInRequest(flow: .password, username: "u@example.org")
  private let unconfirmed = Script.refused("UserNotConfirmedException", "User is not confirmed.")
  private let reset = Script.refused("PasswordResetRequiredException", "Password reset required for the user")
  private let wrong = Script.refused("CodeMismatchException", "Invalid verification code provided, please try again.")
  private let secret = "client-secret-value-of-the-pool"

  @Test("who is not confirmed enters the code, or has it sent again, and is signed in with the password at hand")
  func confirm() async throws {
    let person = ScriptedConversation([.text("pw"), .resend, .text("000000"), .text("123456")])
    let requests = try await Pool().signIn(
      request, person, secret: secret, unconfirmed, Script.sent("SMS", to: "+1***"), wrong, Script.nothing)
    #expect(person.kinds == ["password", "email_code", "sms_code", "sms_code"])
    #expect(person.asked[1].refused?.reason == .userNotConfirmed)
    #expect(person.asked[2].prompt == .smsCode(destination: "+1***"))
    #expect(person.asked[3].refused?.reason == .wrongCode)
    #expect(
      requests.map(\.operation) == [
        "InitiateAuth", "ResendConfirmationCode", "ConfirmSignUp", "ConfirmSignUp", "InitiateAuth",
      ])
    #expect(requests[3].body["ConfirmationCode"] == "123456" && requests[3].body["Username"] == "u@example.org")
    // The hash is over the same name in all of them, as it is in the same request.
    #expect(Set(requests[1...3].map { $0.body["SecretHash"] }) == [.string(requests[0].values["SECRET_HASH"] ?? "")])
    #expect(requests[4].values["PASSWORD"] == "pw")
  }

  @Test("whose password must be reset is sent a code, sets a new password, and is signed in with it")
  func resetPassword() async throws {
    let person = ScriptedConversation("old", "123456", "short", "New-Passw0rd")
    let requests = try await Pool().signIn(
      request, person, secret: secret, reset, Script.sent("EMAIL", to: "u***"),
      Script.refused("InvalidPasswordException", "Password did not conform with policy: Password not long enough"),
      Script.nothing)
    #expect(person.kinds == ["password", "email_code", "new_password", "new_password"])
    #expect(person.asked[1].prompt == .emailCode(destination: "u***"))
    #expect(person.asked[1].refused?.reason == .passwordResetRequired)
    #expect(person.asked[3].refused?.message.contains("not long enough") == true)
    #expect(
      requests.map(\.operation) == [
        "InitiateAuth", "ForgotPassword", "ConfirmForgotPassword", "ConfirmForgotPassword", "InitiateAuth",
      ])
    #expect(requests[3].body["ConfirmationCode"] == "123456" && requests[3].body["Password"] == "New-Passw0rd")
    #expect(requests[4].values["PASSWORD"] == "New-Passw0rd")
  }

  @Test("a wrong code for a reset has both asked for again, and can be sent again")
  func wrongResetCode() async throws {
    let person = ScriptedConversation([
      .text("old"), .text("000000"), .text("New-Passw0rd"), .resend, .text("123456"), .text("New-Passw0rd"),
    ])
    _ = try await Pool().signIn(
      request, person, reset, Script.sent("EMAIL", to: "u***"), wrong, Script.sent("EMAIL", to: "v***"),
      Script.nothing)
    #expect(
      person.kinds == ["password", "email_code", "new_password", "email_code", "email_code", "new_password"])
    #expect(person.asked[3].refused?.reason == .wrongCode)
    #expect(person.asked[4].prompt == .emailCode(destination: "v***"))
  }

  @Test("who still is not confirmed afterwards is told so, once")
  func stillNot() async throws {
    let failure = try await Pool().failure(
      request, ScriptedConversation("pw", "123456"), unconfirmed, Script.nothing, unconfirmed)
    #expect(failure.problem.reason == "user_not_confirmed")
  }

  @Test("where the reset's code can't be sent, that is the end")
  func noAddress() async throws {
    let failure = try await Pool().failure(
      request, ScriptedConversation("pw"), reset,
      Script.refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number"))
    #expect(failure.problem.detail.contains("no verified"))
  }

  @Test("a flow without a password knows the same ways")
  func withoutPassword() async throws {
    let person = ScriptedConversation("123456", "four")
    let requests = try await Pool().signIn(
      SignInRequest(flow: .custom, username: "u"), person, unconfirmed, Script.nothing,
      Script.challenge("CUSTOM_CHALLENGE", ["q": "2+2"]))
    #expect(person.kinds == ["email_code", "custom"])
    #expect(requests.map(\.operation).prefix(3) == ["InitiateAuth", "ConfirmSignUp", "InitiateAuth"])
  }
}
