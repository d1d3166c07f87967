internal import SessionModel
internal import WireJSON

/// NEW_PASSWORD_REQUIRED: a temporary password is to be replaced, missing attributes to be given.
struct NewPasswordRequired: ChallengeHandler {
  let name = "NEW_PASSWORD_REQUIRED"

  private static let prefix = "userAttributes."

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    let prompt = LoginPrompt.newPassword(
      requiredAttributes: NewPasswordRequired.requiredAttributes(challenge), policy: nil)
    return try await run.asking(prompt, tries: SignInRun.codeTries, again: [.passwordPolicy]) { run, answer in
      guard let password = answer.value, !password.isEmpty else {
        throw ProviderFailure.refused(.passwordPolicy, "The new password is empty.")
      }
      let responses = NewPasswordRequired.responses(password, answer.attributes)
      return try await run.retryingThrottled { run in
        do {
          return try await run.respond(to: challenge, responses)
        } catch let failure as ProviderFailure where failure.problem.provider?.code == "InvalidParameterException" {
          // A password with a space, or an attribute that the pool does not take: the person can correct both.
          throw failure.retold(as: .passwordPolicy)
        }
      }
    }
  }

  private static func responses(_ password: Secret, _ attributes: [String: String]) -> [JSONMember] {
    let given = attributes.sorted { $0.key < $1.key }
    return [JSONMember("NEW_PASSWORD", .secret(password))]
      + given.map { JSONMember(prefix + $0.key, .string($0.value)) }
  }

  /// `requiredAttributes`: a JSON array in a string, its names with or without their prefix.
  static func requiredAttributes(_ challenge: Challenge) -> [String] {
    guard let text = challenge.parameters["requiredAttributes"], let value = try? JSONValue.parse(text.utf8) else {
      return []
    }
    return (value.array ?? []).compactMap(\.string)
      .map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
  }
}
