import SessionModel
import Synchronization
import Testing

@testable import AuthFlows

@Suite("What a pool says of passwords")
struct PasswordRulesTests {
  /// In memory.
  private final class Rules: PasswordRules {
    let sentences = Mutex<[String]>([])
    func known() async -> String? { sentences.withLock { $0.isEmpty ? nil : $0.joined(separator: " ") } }
    func learn(_ sentence: String) async { sentences.withLock { $0.append(sentence) } }
  }

  @Test("is learnt from its refusals, and shown with the next prompt for a new password")
  func learnt() async throws {
    let (pool, rules) = (try Pool(), Rules())
    let sentence = "Password did not conform with policy: Password not long enough"
    let weak = Script.refused("InvalidPasswordException", sentence)
    let demand = Script.challenge("NEW_PASSWORD_REQUIRED")
    for known in [nil, sentence] {
      let person = ScriptedConversation("pw", "weak", "Strong-Horse-7")
      let transport = ScriptedTransport([demand, weak, try pool.tokens(), try pool.keySet()])
      _ = try await pool.client(transport, passwordRules: rules).signIn(
        SignInRequest(flow: .password, username: "u"), conversation: person)
      #expect(person.asked[1].prompt == .newPassword(requiredAttributes: [], policy: known))
    }
    #expect(rules.sentences.withLock { Set($0) } == [sentence])
  }

  @Test("is not learnt where it repeats what was typed, nor from other refusals")
  func secret() async throws {
    let (pool, rules) = (try Pool(), Rules())
    for (name, message) in [
      ("InvalidPasswordException", "Hunter-22-horse is not long enough"),
      ("InvalidParameterException", "Something else"),
    ] {
      let client = pool.client(ScriptedTransport([Script.refused(name, message)]), passwordRules: rules)
      await #expect(throws: ProviderFailure.self) {
        try await client.signUp(username: "u", password: Secret(copyingUTF8: "Hunter-22-horse"), attributes: [:])
      }
    }
    #expect(await rules.known() == nil)
  }
}
