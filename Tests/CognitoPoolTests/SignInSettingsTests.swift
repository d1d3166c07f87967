import Testing

@testable import CognitoPool

/// What an administrator has set about a pool decides how people sign in there.
@Suite struct SignInSettingsTests {
  private func made(_ pool: TestPool, _ members: [String: JSON]) async throws -> UserPool {
    let answer = try await pool.call("CreateUserPool", ["PoolName": .string("made")].merging(members) { $1 })
    return try await stored(pool, try #require(answer["UserPool"]?["Id"]?.asString))
  }

  private func stored(_ pool: TestPool, _ id: String) async throws -> UserPool {
    try #require(await pool.service.userPools[id])
  }

  @Test func `first factors and devices are those that were asked for, until an update leaves them out`() async throws {
    let pool = try TestPool()
    let policy = JSON.object(["AllowedFirstAuthFactors": .strings(["PASSWORD", "EMAIL_OTP"])])
    let devices = JSON.object([
      "ChallengeRequiredOnNewDevice": .bool(true), "DeviceOnlyRememberedOnUserPrompt": .bool(true),
    ])
    let made = try await made(
      pool, ["Policies": .object(["SignInPolicy": policy]), "DeviceConfiguration": devices])
    #expect(made.firstFactors == ["PASSWORD", "EMAIL_OTP"])
    #expect(made.deviceTracking == .optIn)
    #expect(made.challengesOnNewDevicesOnly)
    try await pool.call("UpdateUserPool", ["UserPoolId": .string(made.id)])
    let updated = try await stored(pool, made.id)
    #expect(updated.firstFactors == ["PASSWORD"])
    #expect(updated.deviceTracking == .off)
    #expect(!updated.challengesOnNewDevicesOnly)
  }

  @Test func `only the second factors that are configured are asked for`() async throws {
    let pool = try TestPool()
    let made = try await made(pool, [:])
    #expect(User.Factor.allCases.filter(made.allows) == [])
    try await pool.call(
      "SetUserPoolMfaConfig",
      [
        "UserPoolId": .string(made.id), "MfaConfiguration": .string("OPTIONAL"),
        "SoftwareTokenMfaConfiguration": .object(["Enabled": .bool(true)]),
      ])
    #expect(User.Factor.allCases.filter(try await stored(pool, made.id).allows) == [.softwareToken])
    let seeded = try TestPool(pool: ["mfa": .string("OPTIONAL")])
    #expect(User.Factor.allCases.filter(try await stored(seeded, TestPool.poolID).allows) == User.Factor.allCases)
  }
}
