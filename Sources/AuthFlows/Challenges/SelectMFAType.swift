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
    // Begun anew so that a code is sent again, the choice is made already.
    if run.isBeginningAnew, let chosen = run.chosenFactor, options.contains(chosen) {
      return try await run.retryingThrottled { run in try await SelectMFAType.answer(challenge, with: chosen, &run) }
    }
    return try await run.selecting(.selectMFA(options: options), among: options) { run, choice in
      run.chosenFactor = choice
      return try await SelectMFAType.answer(challenge, with: choice, &run)
    }
  }

  private static func answer(
    _ challenge: Challenge, with choice: String, _ run: inout SignInRun
  ) async throws(ProviderFailure) -> AuthStep {
    try await run.respond(to: challenge, [JSONMember("ANSWER", .string(choice))])
  }
}
