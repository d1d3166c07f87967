internal import SessionModel

/// Knows how to answer one kind of challenge. One file each.
protocol ChallengeHandler: Sendable {
  /// Its name in the API (`ChallengeNameType`).
  var name: String { get }
  /// Answers, asking the person for what is needed.
  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep
}

extension ProviderFailure {
  /// The pool asks for what nobody can give; trying again changes nothing.
  static func pointless(_ detail: String) -> ProviderFailure {
    ProviderFailure(.offline, Problem(.providerError, detail, retryable: false))
  }
}

/// The challenges that can be answered. PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER are the second half of what
/// begins with SRP_A, and answered there.
enum ChallengeHandlers {
  static let all: [any ChallengeHandler] =
    [
      SoftwareTokenMFA(), NewPasswordRequired(), MFASetup(), SelectMFAType(), SelectChallenge(), CustomChallenge(),
      DeviceProof(), PasswordChallenge(isProof: false), PasswordChallenge(isProof: true),
    ] + SentCode.all

  /// The handler for a challenge.
  ///
  /// - Throws: `unsupported`, naming the challenge, where there is none.
  static func find(_ name: String) throws(ProviderFailure) -> any ChallengeHandler {
    if let handler = all.first(where: { $0.name == name }) { return handler }
    guard name != Passkeys.name else { throw Passkeys.unsupported }
    let shown = String(name.unicodeScalars.filter { $0.isASCII && $0.value > 0x20 }.map(Character.init).prefix(64))
    let detail = "The user pool asks for \(shown), which is not supported. Choose another flow (--flow)."
    throw ProviderFailure(.blocked(.refused), Problem(.unsupported, detail))
  }
}
