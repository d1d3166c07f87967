/// The proof of a device's secret: DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER.
extension PoolTurn {
  /// The confirmed device of the attempt's user, where devices are told apart.
  func device(_ key: String?, _ attempt: Attempt) -> Device? {
    guard let key, pool.deviceTracking != .off, attempt.tracksDevices,
      let device = pool.users[attempt.userID]?.devices[key], device.isConfirmed
    else { return nil }
    return device
  }

  /// The attempt with the device that an answer names; a device that is not the user's is refused.
  func withDevice(_ key: String?, _ attempt: Attempt) throws(ServiceError) -> Attempt {
    guard let key, pool.deviceTracking != .off, attempt.tracksDevices, pool.users[attempt.userID] != nil else {
      return attempt
    }
    guard let device = device(key, attempt) else { throw .noSuchDevice }
    var attempt = attempt
    attempt.deviceKey = device.key
    return attempt
  }

  mutating func answerDeviceSRP(_ answer: Answer) throws -> [String: JSON] {
    let clientKey = try answer.responses.required("SRP_A")
    let device = try deviceOf(answer)
    guard let secret = device.secret else { throw ServiceError.noSuchDevice }
    try pool.challenges.close(answer.token)
    var shown = try startExchange(answer.attempt, device.identity, secret, clientKey: clientKey)
    shown["USERNAME"] = answer.attempt.userID
    shown["DEVICE_KEY"] = device.key
    return try ask(.deviceVerifier, answer.attempt, shown)
  }

  mutating func answerDeviceVerifier(_ answer: Answer, _ client: AppClient) throws -> [String: JSON] {
    let device = try deviceOf(answer)
    let claim = try claim(answer.responses, client, username: answer.attempt.userID)
    try pool.challenges.close(answer.token)
    guard try finishExchange(claim), claim.handshake.identity == device.identity else {
      throw ServiceError.incorrectCredentials.noting("wrong proof of the device's secret")
    }
    var attempt = answer.attempt
    attempt.deviceIsProven = true
    return try finish(try user(of: attempt), attempt)
  }

  /// The device that the challenge is about and the answer must name.
  private func deviceOf(_ answer: Answer) throws -> Device {
    let key = try answer.responses.required("DEVICE_KEY")
    let user = try user(of: answer.attempt)
    guard key == answer.attempt.deviceKey, let device = user.devices[key] else { throw ServiceError.noSuchDevice }
    return device
  }
}

extension ServiceError {
  static let noSuchDevice = ServiceError.notFound("Device does not exist.")
  var isAboutDevice: Bool { self == .noSuchDevice }
}
