internal import SessionModel
internal import WireJSON

/// NEW_PASSWORD_REQUIRED: a temporary password is to be replaced, missing attributes to be given.
struct NewPasswordRequired: ChallengeHandler {
  let name = "NEW_PASSWORD_REQUIRED"

  private static let prefix = "userAttributes."

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    let required = NewPasswordRequired.requiredAttributes(challenge)
    return try await run.askingNewPassword(requiredAttributes: required) { run, password, answer in
      let step = try await run.respond(to: challenge, NewPasswordRequired.responses(password, answer.attributes))
      // The temporary password is of no use any more: nothing begins anew with it.
      run.restart = nil
      return step
    }
  }

  private static func responses(_ password: Secret, _ attributes: [String: String]) -> [JSONMember] {
    let given = attributes.sorted { $0.key < $1.key }
    return [JSONMember("NEW_PASSWORD", .secret(password))]
      + given.map { JSONMember(prefix + $0.key, .string($0.value)) }
  }

  /// `requiredAttributes`: a JSON array in a string, its names with or without their prefix.
  static func requiredAttributes(_ challenge: Challenge) -> [String] {
    challenge.list("requiredAttributes").map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
  }
}

extension Challenge {
  /// A parameter that holds a JSON array of strings; empty where it is absent or no such thing.
  func list(_ parameter: String) -> [String] {
    guard let text = parameters[parameter], let value = try? JSONValue.parse(text.utf8) else { return [] }
    return (value.array ?? []).compactMap(\.string)
  }
}
