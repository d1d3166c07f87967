internal import SessionModel
internal import WireJSON

/// SELECT_CHALLENGE: which way to sign in, of those that the pool offers this user.
struct SelectChallenge: ChallengeHandler {
  static let challenge = "SELECT_CHALLENGE"
  let name = SelectChallenge.challenge

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    let options = challenge.available
    guard !options.isEmpty else {
      throw ProviderFailure.pointless(
        "The user pool wants a way to sign in chosen, and names none.")
    }
    return try await run.selecting(.selectChallenge(options: options), among: options) { run, choice in
      switch choice {
      case PasswordChoice.plain: return try await PasswordChoice(isProof: false).answer(challenge, &run)
      case PasswordChoice.proof: return try await PasswordChoice(isProof: true).answer(challenge, &run)
      case Passkeys.name: throw Passkeys.unsupported
      default:
        let step = try await run.respond(to: challenge, [JSONMember("ANSWER", .string(choice))])
        run.restart = { run in
          try await run.initiate("USER_AUTH", [JSONMember("PREFERRED_CHALLENGE", .string(choice))])
        }
        return step
      }
    }
  }
}

/// PASSWORD and PASSWORD_SRP as challenges of their own.
struct PasswordChallenge: ChallengeHandler {
  let isProof: Bool
  var name: String { isProof ? PasswordChoice.proof : PasswordChoice.plain }

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    try await PasswordChoice(isProof: isProof).answer(challenge, &run)
  }
}
