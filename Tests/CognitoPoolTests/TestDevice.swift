import Testing

@testable import CognitoPool

/// The client's side of a device: its keys, and the secret that only it knows.
struct TestDevice {
  let key: String
  let groupKey: String
  let password = "cafe-babe"

  /// From the `NewDeviceMetadata` of a sign-in.
  init(_ answer: [String: JSON]) throws {
    let metadata = try Vector(members: answer).object("AuthenticationResult").object("NewDeviceMetadata")
    key = try metadata.text("DeviceKey")
    groupKey = try metadata.text("DeviceGroupKey")
  }

  var identity: SRPIdentity { SRPIdentity(realm: groupKey, name: key) }

  /// A ConfirmDevice request.
  func confirmation(_ access: String, salt: [UInt8] = [200, 2, 3]) throws -> [String: JSON] {
    let verifier = try PasswordVerifier(password: password, identity: identity, salt: salt)
    let number = try #require(try BigNumber(hex: verifier.verifier))
    let salt = try BigNumber(bytes: salt)
    return [
      "AccessToken": .string(access), "DeviceKey": .string(key), "DeviceName": .string("laptop"),
      "DeviceSecretVerifierConfig": .strings([
        "PasswordVerifier": Base64.encode(number.signedBytes), "Salt": Base64.encode(salt.signedBytes),
      ]),
    ]
  }

  /// The answers to DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER, with this password.
  func prove(_ client: TestClient, _ challenge: [String: JSON], password: String? = nil) async throws -> [String: JSON]
  {
    let attempt = try TestClient.Attempt()
    #expect(challenge["ChallengeName"] == .string("DEVICE_SRP_AUTH"))
    let second = try await client.answer(challenge, ["DEVICE_KEY": key, "SRP_A": attempt.publicKey.hex])
    #expect(second["ChallengeName"] == .string("DEVICE_PASSWORD_VERIFIER"))
    let parameters = try Vector(members: second).object("ChallengeParameters")
    let timestamp = ClaimTimestamp.text(client.pool.now)
    let signature = try attempt.claim(
      parameters, password: password ?? self.password, identity: identity, timestamp: timestamp)
    return try await client.answer(
      second,
      [
        "DEVICE_KEY": key, "PASSWORD_CLAIM_SECRET_BLOCK": try parameters.text("SECRET_BLOCK"),
        "PASSWORD_CLAIM_SIGNATURE": signature, "TIMESTAMP": timestamp,
      ])
  }
}
