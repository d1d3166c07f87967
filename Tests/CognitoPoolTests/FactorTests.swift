import Testing

@testable import CognitoPool

@Suite struct FactorTests {
  private func pool(mfa: String = "OPTIONAL", _ user: [String: JSON] = [:]) throws -> TestPool {
    try TestPool(
      pool: ["mfa": .string(mfa)],
      user: [
        "attributes": .strings([
          "email": "ann@example.org", "email_verified": "true", "phone_number": "+15555550100",
        ]), "totp_secret": .string(TestPool.totpSecret),
      ].merging(user) { $1 })
  }

  private func access(_ pool: TestPool) async throws -> JSON {
    let client = TestClient(pool: pool)
    let session = try Vector(members: try await client.signIn()).text("Session")
    let answer = client.respond(
      "SOFTWARE_TOKEN_MFA", session, ["USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": try pool.code()])
    return .string(try Tokens(try await pool.call("RespondToAuthChallenge", answer)).access)
  }

  private func settings(_ isEnabled: Bool, preferred: Bool = false) -> JSON {
    .object(["Enabled": .bool(isEnabled), "PreferredMfa": .bool(preferred)])
  }

  @Test func `factors are turned on and off one by one, and one is preferred`() async throws {
    let pool = try pool()
    let access = try await access(pool)
    func set(_ settings: [String: JSON]) async throws -> [String: JSON] {
      #expect(try await pool.call("SetUserMFAPreference", ["AccessToken": access].merging(settings) { $1 }) == [:])
      return try await pool.call("GetUser", ["AccessToken": access])
    }
    var user = try await set(["SMSMfaSettings": settings(true), "EmailMfaSettings": settings(true, preferred: true)])
    #expect(user["UserMFASettingList"] == .strings(["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]))
    #expect(user["PreferredMfaSetting"] == .string("EMAIL_OTP"))
    user = try await set(["EmailMfaSettings": settings(false)])
    #expect(user["UserMFASettingList"] == .strings(["SMS_MFA", "SOFTWARE_TOKEN_MFA"]))
    #expect(user["PreferredMfaSetting"] == nil)
    user = try await set([
      "SoftwareTokenMfaSettings": settings(true, preferred: true), "SMSMfaSettings": settings(false),
    ])
    #expect(user["UserMFASettingList"] == .strings(["SOFTWARE_TOKEN_MFA"]))
    #expect(user["PreferredMfaSetting"] == .string("SOFTWARE_TOKEN_MFA"))
    user = try await set(["SoftwareTokenMfaSettings": settings(false)])
    #expect(user["UserMFASettingList"] == nil)
    _ = try Tokens(try await TestClient(pool: pool).signIn())
  }

  @Test func `a factor that is not ready, or not allowed, is refused in the service's words`() async throws {
    let bare = try TestPool(pool: ["mfa": .string("OPTIONAL")])
    let access = JSON.string(try await TestClient(pool: bare).tokens().access)
    for (member, sentence) in [
      ("SoftwareTokenMfaSettings", "User has not verified software token mfa"),
      ("SMSMfaSettings", "User does not have delivery config set to turn on SMS_MFA"),
      ("EmailMfaSettings", "User does not have delivery config set to turn on EMAIL_OTP"),
    ] {
      let error = try await bare.refusal("SetUserMFAPreference", ["AccessToken": access, member: settings(true)])
      #expect(said(error) == "400 InvalidParameterException: \(sentence)")
    }
    let full = try pool()
    let other = try await self.access(full)
    let two = try await full.refusal(
      "SetUserMFAPreference",
      [
        "AccessToken": other, "SMSMfaSettings": settings(true, preferred: true),
        "EmailMfaSettings": settings(true, preferred: true),
      ])
    #expect(two.message == "Only one MFA method can be preferred")
    let off = try TestPool()
    let third = JSON.string(try await TestClient(pool: off).tokens().access)
    let never = try await off.refusal("SetUserMFAPreference", ["AccessToken": third, "SMSMfaSettings": settings(true)])
    #expect(never.message == "SMS_MFA has not been enabled by the userPool")
  }

  @Test func `the old settings turn SMS on and off`() async throws {
    let pool = try pool()
    let access = try await access(pool)
    let sms = JSON.strings(["DeliveryMedium": "SMS", "AttributeName": "phone_number"])
    for (options, list) in [([sms], ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]), ([], ["SOFTWARE_TOKEN_MFA"])] {
      try await pool.call("SetUserSettings", ["AccessToken": access, "MFAOptions": .array(options)])
      #expect(try await pool.user().enabledFactors.map(\.rawValue) == list)
    }
  }

  @Test func `a user's ways to sign in are listed, and passkeys can be deleted`() async throws {
    let passkeys = JSON.array(["one", "two"].map { .strings(["id": $0, "name": "key \($0)"]) })
    let pool = try pool(["passkeys": passkeys])
    let access = try await access(pool)
    var answer = try await pool.call("GetUserAuthFactors", ["AccessToken": access])
    #expect(answer["Username"] == .string("ann"))
    #expect(
      answer["ConfiguredUserAuthFactors"] == .strings(["PASSWORD", "EMAIL_OTP", "WEB_AUTHN", "SOFTWARE_TOKEN"]))
    #expect(answer["UserMFASettingList"] == .strings(["SOFTWARE_TOKEN_MFA"]))
    let first = try await pool.call("ListWebAuthnCredentials", ["AccessToken": access, "MaxResults": .integer(1)])
    #expect(first["Credentials"]?.asArray?.first?.asObject?["FriendlyCredentialName"] == .string("key one"))
    let next = try #require(first["NextToken"])
    let second = try await pool.call("ListWebAuthnCredentials", ["AccessToken": access, "NextToken": next])
    #expect(second["Credentials"]?.asArray?.compactMap { $0.asObject?["CredentialId"] } == [.string("two")])
    #expect(second["NextToken"] == nil)
    for id in ["one", "two"] {
      try await pool.call("DeleteWebAuthnCredential", ["AccessToken": access, "CredentialId": .string(id)])
    }
    let gone = try await pool.refusal(
      "DeleteWebAuthnCredential", ["AccessToken": access, "CredentialId": .string("one")])
    #expect(gone.name == "ResourceNotFoundException")
    answer = try await pool.call("ListWebAuthnCredentials", ["AccessToken": access])
    #expect(answer == ["Credentials": .array([])])
  }
}
