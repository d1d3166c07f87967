internal import SessionModel
internal import WireJSON

/// SELECT_MFA_TYPE: which second factor.
struct SelectMFAType: ChallengeHandler {
  let name = "SELECT_MFA_TYPE"

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    let options = challenge.list("MFAS_CAN_CHOOSE")
    guard !options.isEmpty else {
      throw ProviderFailure.pointless(
        "The user pool wants a second factor chosen, and names none.")
    }
    return try await run.selecting(.selectMFA(options: options), among: options) { run, choice in
      try await run.respond(to: challenge, [JSONMember("ANSWER", .string(choice))])
    }
  }
}
