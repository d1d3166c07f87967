internal import SessionModel
internal import WireJSON

/// DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: the proof that this is the remembered device, in place of a second
/// factor. The same arithmetic as a password's, with the device group's key as realm.
struct DeviceProof: ChallengeHandler {
  let name = "DEVICE_SRP_AUTH"
  static let verifierName = "DEVICE_PASSWORD_VERIFIER"

  func answer(_ challenge: Challenge, _ run: inout SignInRun) async throws -> AuthStep {
    guard let device = run.device else {
      throw ProviderFailure.pointless(
        "The user pool asks for the proof of a remembered device, and none is known here for the user.")
    }
    do {
      return try await run.retryingThrottled { run in try await DeviceProof.prove(device, challenge, &run) }
    } catch let failure as ProviderFailure where failure.refusesDevice {
      await run.disownDevice()
      return try await run.startAnew()
    } catch let error as SRPError {
      throw ProviderFailure(.offline, Problem(.providerError, error.description, retryable: true))
    }
  }

  private static func prove(
    _ device: RememberedDevice, _ challenge: Challenge, _ run: inout SignInRun
  ) async throws -> AuthStep {
    let keys = try SRPKeyPair(random: run.client.random)
    let step = try await run.respondOnce(to: challenge, [JSONMember("SRP_A", .string(keys.wire))])
    guard case .challenge(let verifier) = step, verifier.name == verifierName else { return step }
    let server = try SRPChallenge(parameters: verifier.parameters)
    let exchange = SRPExchange(realm: device.groupKey, identity: device.key, keys: keys)
    let responses = try PasswordVerifier.claim(exchange, of: device.password, server, at: verifier.time)
    return try await run.respondOnce(to: verifier, responses)
  }
}

extension ProviderFailure {
  /// The pool does not know the device, or finds its proof wrong.
  fileprivate var refusesDevice: Bool {
    isUnknownDevice || problem.reason == RefusalReason.wrongCredentials.rawValue
  }
}
