internal import SessionModel
internal import WireJSON

/// USER_AUTH: the pool offers ways to sign in, and one may be preferred from the start.
struct ChoiceFlow: SignInFlow {
  func begin(_ run: inout SignInRun) async throws -> AuthStep {
    switch run.request.preferredChallenge {
    case PasswordChoice.plain?: return try await PasswordChoice(isProof: false).answer(nil, &run)
    case PasswordChoice.proof?: return try await PasswordChoice(isProof: true).answer(nil, &run)
    case Passkeys.name?: throw Passkeys.unsupported
    case let preferred:
      let parameters = preferred.map { [JSONMember("PREFERRED_CHALLENGE", .string($0))] } ?? []
      return try await run.beginning { run in try await run.initiate("USER_AUTH", parameters) }
    }
  }
}

/// The password as a chosen first factor: in the clear inside TLS, or proven by SRP.
struct PasswordChoice: Sendable {
  static let plain = "PASSWORD"
  static let proof = "PASSWORD_SRP"

  var isProof: Bool
  private var name: String { isProof ? PasswordChoice.proof : PasswordChoice.plain }

  /// Asks for the password and answers the challenge that left the choice (`SELECT_CHALLENGE`) or is the choice. What
  /// comes after a wrong password begins anew: the challenge has been answered.
  func answer(_ challenge: Challenge?, _ run: inout SignInRun) async throws -> AuthStep {
    run.unanswered = challenge
    return try await run.askingPassword { run, password in
      guard isProof else { return try await offer([JSONMember("PASSWORD", .secret(password))], &run) }
      return try await run.proving(password) { run, publicValue in try await offer([publicValue], &run) }
    }
  }

  private func offer(_ members: [JSONMember], _ run: inout SignInRun) async throws -> AuthStep {
    guard let challenge = run.unanswered else {
      return try await run.initiate("USER_AUTH", [JSONMember("PREFERRED_CHALLENGE", .string(name))] + members)
    }
    run.unanswered = nil
    let choice = challenge.name == SelectChallenge.challenge ? [JSONMember("ANSWER", .string(name))] : []
    return try await run.respond(to: challenge, choice + members)
  }
}

/// WEB_AUTHN: a passkey needs the pool's own page.
enum Passkeys {
  static let name = "WEB_AUTHN"

  static var unsupported: ProviderFailure {
    let detail =
      "Passkeys (WEB_AUTHN) are answered on the pool's hosted pages, which this version can not use yet. "
      + "Choose another way (such as --preferred PASSWORD_SRP): agentctl login."
    return ProviderFailure(.blocked(.refused), Problem(.unsupported, detail))
  }
}
