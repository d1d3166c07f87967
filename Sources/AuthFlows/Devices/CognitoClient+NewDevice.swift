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
      let isUpToPerson = try await confirm(device, tokens.accessToken, name: run.request.deviceName)
      return .confirmed(device, isUpToPerson: isUpToPerson)
    } catch {
      return .unconfirmed(key: device.key, error.problem)
    }
  }

  /// - Returns: whether the pool remembers the device only when a person wishes it (`UserConfirmationNecessary`).
  private func confirm(
    _ device: RememberedDevice, _ accessToken: Secret, name: String?
  ) async throws(ProviderFailure) -> Bool {
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
    guard let answer = try await confirming(body), !answer.body.isEmpty else { return false }
    var isUpToPerson = false
    try answer.read { name, value in
      guard name == "UserConfirmationNecessary", !value.null() else { return try value.skip() }
      isUpToPerson = try value.bool()
    }
    return isUpToPerson
  }

  /// Asks again through trouble that may pass: tokens of a device that was never confirmed can't be renewed.
  ///
  /// - Returns: nil where the answer to an earlier try was lost, and the pool has the device.
  private func confirming(_ body: [JSONMember]) async throws(ProviderFailure) -> ServiceAnswer? {
    var pace = ThrottlePace()
    var isRetry = false
    while true {
      do throws(ProviderFailure) {
        return try await service.call(.confirmDevice, body, for: .signIn)
      } catch {
        if isRetry, error.problem.provider?.code == "DeviceKeyExistsException" { return nil }
        guard let delay = pace.delay(after: error, orTrouble: true, random: random) else { throw error }
        isRetry = true
        do { try await pause(delay) } catch {
          throw ProviderFailure(.offline, Problem(.offline, "The login was given up."))
        }
      }
    }
  }
}
