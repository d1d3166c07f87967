import AuthFlows
import SessionModel
import Testing
import WireJSON

@Suite("The flows custom and custom-srp")
struct CustomFlowTests {
  private let question: JSONValue = ["question": "2+2", "USERNAME": "real"]

  @Test("the pool's questions are asked as they come, without the name, and answered under it")
  func questions() async throws {
    let person = ScriptedConversation("four", "blue")
    let requests = try await Pool().signIn(
      SignInRequest(flow: .custom, username: "alias"), person, secret: "client-secret-value-of-the-pool",
      Script.challenge("CUSTOM_CHALLENGE", question),
      Script.challenge("CUSTOM_CHALLENGE", ["question": "colour"], session: "second"))
    #expect(
      person.asked.map(\.prompt) == [
        .custom(parameters: ["question": "2+2"]), .custom(parameters: ["question": "colour"]),
      ])
    #expect(person.asked.allSatisfy { $0.refused == nil })
    #expect(requests[0].body["AuthFlow"] == "CUSTOM_AUTH")
    #expect(Set(requests[0].values.keys) == ["USERNAME", "SECRET_HASH"])
    #expect(requests[1].values["ANSWER"] == "four" && requests[1].values["USERNAME"] == "real")
    #expect(requests[2].values["ANSWER"] == "blue" && requests[2].body["Session"] == "second")
  }

  @Test("the same question again says that the answer was not taken")
  func again() async throws {
    let person = ScriptedConversation("three", "four")
    _ = try await Pool().signIn(
      SignInRequest(flow: .custom, username: "u"), person, Script.challenge("CUSTOM_CHALLENGE", question),
      Script.challenge("CUSTOM_CHALLENGE", question))
    #expect(person.asked.map { $0.refused?.reason } == [nil, .wrongCode])
  }

  @Test("a wrong answer that ends the sign-in is told as one, not as a wrong password")
  func wrong() async throws {
    let failure = try await Pool().failure(
      SignInRequest(flow: .custom, username: "u"), ScriptedConversation("five"),
      Script.challenge("CUSTOM_CHALLENGE", question),
      Script.refused("NotAuthorizedException", "Incorrect username or password."))
    #expect(failure.problem.reason == "wrong_code")
    #expect(failure.problem.detail.contains("answer is wrong"))
  }

  @Test("custom-srp proves the password first, and says in which way it begins")
  func proof() async throws {
    let person = ScriptedConversation("pw", "four")
    let requests = try await Pool().signIn(
      SignInRequest(flow: .customSRP, username: "u"), person, try Script.verifier(),
      Script.challenge("CUSTOM_CHALLENGE", question))
    #expect(person.kinds == ["password", "custom"])
    #expect(requests[0].values["CHALLENGE_NAME"] == "SRP_A" && requests[0].values["SRP_A"] != nil)
    #expect(requests[1].values["PASSWORD_CLAIM_SIGNATURE"] != nil)
    #expect(requests[2].values["ANSWER"] == "four")
  }

  @Test("a pool that puts its question before the proof is answered too")
  func atOnce() async throws {
    let person = ScriptedConversation("pw", "four")
    _ = try await Pool().signIn(
      SignInRequest(flow: .customSRP, username: "u"), person, Script.challenge("CUSTOM_CHALLENGE", question))
    #expect(person.kinds == ["password", "custom"])
  }
}
