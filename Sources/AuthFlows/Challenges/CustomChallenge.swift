internal import SessionModel
internal import WireJSON

/// CUSTOM_CHALLENGE: a question of the pool's own (the Lambda triggers of CUSTOM_AUTH). Whether an answer was right is
/// seen by what comes next: tokens, another question, the same again, or the end.
struct CustomChallenge: ChallengeHandler {
  let name = "CUSTOM_CHALLENGE"

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    let question = challenge.parameters.filter { !["USERNAME", "USER_ID_FOR_SRP"].contains($0.key) }
    let refused =
      question == run.lastQuestion
      ? AnswerRefused(.wrongCode, "The answer was not taken: the pool asks the same again.") : nil
    run.lastQuestion = question
    return try await run.asking(.custom(parameters: question), refused: refused, tries: 1, again: []) { run, answer in
      guard let value = answer.value else { throw ProviderFailure.refused(.wrongCode, "The answer is missing.") }
      return try await run.retryingThrottled { run in
        do {
          return try await run.respond(to: challenge, [JSONMember("ANSWER", .secret(value))])
        } catch let failure as ProviderFailure where failure.problem.reason == RefusalReason.wrongCredentials.rawValue {
          throw failure.retold(
            as: .wrongCode, "The answer is wrong, and the pool ends this sign-in. Begin again: agentctl login.")
        }
      }
    }
  }
}
