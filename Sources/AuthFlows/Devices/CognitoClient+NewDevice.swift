internal import SessionModel
internal import WireJSON

extension CognitoClient {
  /// What becomes of the device after a sign-in: a new one is confirmed (ConfirmDevice). That it can't be is no reason
  /// not to be signed in.
  func deviceOutcome(_ tokens: SignInTokens, _ run: SignInRun) async -> DeviceOutcome {
    guard let offered = tokens.newDevice else { return run.device.map { .known(key: $0.key) } ?? .none }
    guard run.request.devices != nil else { return .known(key: offered.key) }
    let device = RememberedDevice.drawn(key: offered.key, groupKey: offered.groupKey, random: random)
    do throws(ProviderFailure) {
      try await confirm(device, tokens.accessToken, name: run.request.deviceName)
      return .confirmed(device)
    } catch {
      return .unconfirmed(key: device.key, error.problem)
    }
  }

  private func confirm(_ device: RememberedDevice, _ accessToken: Secret, name: String?) async throws(ProviderFailure) {
    let verifier: DeviceVerifier
    do throws(SRPError) {
      verifier = try DeviceVerifier(device, salt: Secret(copying: random.bytes(16)))
    } catch {
      throw ProviderFailure(.offline, Problem(.internal, error.description))
    }
    var body = [
      JSONMember("AccessToken", .secret(accessToken)), JSONMember("DeviceKey", .string(device.key)),
      JSONMember(
        "DeviceSecretVerifierConfig",
        ["PasswordVerifier": .string(verifier.passwordVerifier), "Salt": .string(verifier.salt)]),
    ]
    if let name, !name.isEmpty { body.append(JSONMember("DeviceName", .string(name))) }
    try await service.call(.confirmDevice, body, for: .signIn).expectNothing()
  }
}
