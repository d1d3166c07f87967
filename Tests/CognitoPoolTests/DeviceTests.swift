import Testing

@testable import CognitoPool

@Suite struct DeviceTests {
  private func pool(_ tracking: String, mfa: String = "OFF", folder: String? = nil) throws -> TestPool {
    try TestPool(
      pool: ["device_tracking": .string(tracking), "mfa": .string(mfa)],
      user: mfa == "OFF" ? [:] : ["totp_secret": .string(TestPool.totpSecret)], folder: folder)
  }

  /// A sign-in on a new device that is then confirmed.
  private func confirmed(_ client: TestClient) async throws -> (TestDevice, Tokens) {
    var answer = try await client.signIn()
    if answer["ChallengeName"] != nil {
      answer = try await client.answer(answer, ["SOFTWARE_TOKEN_MFA_CODE": try client.pool.code()])
    }
    let device = try TestDevice(answer)
    let tokens = try Tokens(answer)
    try await client.pool.call("ConfirmDevice", try device.confirmation(tokens.access))
    return (device, tokens)
  }

  @Test func `a new device is confirmed, and proves itself at the next sign-in`() async throws {
    let pool = try pool("always")
    let client = TestClient(pool: pool)
    let answer = try await client.signIn()
    let device = try TestDevice(answer)
    #expect(device.key.hasPrefix("us-east-1_"))
    let tokens = try Tokens(answer)
    #expect(try tokens.accessClaims()["device_key"] == .string(device.key))
    let confirmation = try await pool.call("ConfirmDevice", try device.confirmation(tokens.access))
    #expect(confirmation == ["UserConfirmationNecessary": .bool(false)])
    let again = try await pool.refusal("ConfirmDevice", try device.confirmation(tokens.access))
    #expect(again.name == "DeviceKeyExistsException")
    let next = try await device.prove(client, try await client.signIn(device: device))
    #expect(try Tokens(next).accessClaims()["device_key"] == .string(device.key))
    #expect(try Vector(members: next).object("AuthenticationResult").members["NewDeviceMetadata"] == nil)
  }

  @Test func `a wrong proof, and another device's key, are refused`() async throws {
    let pool = try pool("always")
    let client = TestClient(pool: pool)
    let (device, _) = try await confirmed(client)
    let challenge = try await client.signIn(device: device)
    let error = await #expect(throws: ServiceError.self) {
      try await device.prove(client, challenge, password: "wrong")
    }
    #expect(error.map(said) == "400 NotAuthorizedException: Incorrect username or password.")
    let other = try await client.signIn(device: device)
    let key = "us-east-1_00000000-0000-0000-0000-000000000000"
    #expect(
      try await client.refused(other, ["DEVICE_KEY": key, "SRP_A": "5"])
        == "400 ResourceNotFoundException: Device does not exist.")
    #expect(
      try await client.refused(other, ["SRP_A": "5"])
        == "400 InvalidParameterException: Missing required parameter DEVICE_KEY")
  }

  @Test func `an unknown device's answer is good without it`() async throws {
    let pool = try pool("always")
    let client = TestClient(pool: pool)
    let (responses, session) = try await client.prepareSRP()
    let device = ["DEVICE_KEY": "us-east-1_00000000-0000-0000-0000-000000000000"]
    let error = try await pool.refusal(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses.merging(device) { $1 }))
    #expect(said(error) == "400 ResourceNotFoundException: Device does not exist.")
    let answer = try await pool.call(
      "RespondToAuthChallenge", client.respond("PASSWORD_VERIFIER", session, responses))
    _ = try TestDevice(answer)
  }

  @Test func `a secret that is missing, or negative, or for another device confirms nothing`() async throws {
    let pool = try pool("always")
    let answer = try await TestClient(pool: pool).signIn()
    let whole = try TestDevice(answer).confirmation(try Tokens(answer).access)
    for (change, sentence) in [
      (["DeviceSecretVerifierConfig": JSON.null], "Invalid device key given"),
      (["DeviceKey": .string("us-east-1_0")], "Invalid device key given"),
      (
        ["DeviceSecretVerifierConfig": .strings(["PasswordVerifier": "yAID", "Salt": "AQ=="])],
        "Negate value passed for salt and Password verifier"
      ),
    ] {
      let error = try await pool.refusal("ConfirmDevice", whole.merging(change) { $1 })
      #expect(said(error) == "400 InvalidParameterException: \(sentence)")
    }
  }

  @Test func `tokens are refreshed only with the confirmed device that they belong to`() async throws {
    let pool = try pool("opt_in")
    let client = TestClient(pool: pool)
    let answer = try await client.signIn()
    let (device, tokens) = (try TestDevice(answer), try Tokens(answer))
    let refresh = try tokens.refreshToken()
    func attempt(_ key: String?) async throws -> String? {
      var members = client.refresh(refresh)
      members["DeviceKey"] = key.map(JSON.string)
      switch await pool.service.perform("GetTokensFromRefreshToken", .object(members)).result {
      case .success: return nil
      case .failure(let error): return error.message
      }
    }
    let refused = "Invalid Refresh Token"
    #expect(try await attempt(device.key) == refused)
    let confirmation = try await pool.call("ConfirmDevice", try device.confirmation(tokens.access))
    #expect(confirmation == ["UserConfirmationNecessary": .bool(true)])
    #expect(try await attempt(nil) == refused)
    #expect(try await attempt("us-east-1_0") == refused)
    #expect(try await attempt(device.key) == nil)
    let old = client.initiate("REFRESH_TOKEN_AUTH", ["REFRESH_TOKEN": refresh, "DEVICE_KEY": device.key])
    _ = try Tokens(try await pool.call("InitiateAuth", old))
    try await pool.call(
      "ForgetDevice", ["AccessToken": .string(tokens.access), "DeviceKey": .string(device.key)])
    #expect(try await attempt(device.key) == refused)
  }

  @Test func `a plain password's tokens belong to no device and are not refreshed`() async throws {
    let pool = try pool("always")
    let client = TestClient(pool: pool)
    let answer = try await pool.call(
      "InitiateAuth",
      client.initiate("USER_PASSWORD_AUTH", ["USERNAME": "ann", "PASSWORD": TestPool.password]))
    let result = try Vector(members: answer).object("AuthenticationResult")
    #expect(result.members["NewDeviceMetadata"] == nil)
    let error = try await pool.refusal(
      "GetTokensFromRefreshToken", client.refresh(try Tokens(answer).refreshToken()))
    #expect(error.message == "Invalid Refresh Token")
  }

  @Test func `a remembered device stands for the second factor, one that is only known does not`() async throws {
    let pool = try pool("opt_in", mfa: "ON")
    let client = TestClient(pool: pool)
    let (device, tokens) = try await confirmed(client)
    let known = try await client.signIn(device: device)
    #expect(known["ChallengeName"] == .string("SOFTWARE_TOKEN_MFA"))
    let code = ["SOFTWARE_TOKEN_MFA_CODE": try pool.code(steps: 1), "DEVICE_KEY": device.key]
    _ = try Tokens(try await device.prove(client, try await client.answer(known, code)))
    func remember(_ status: String) async throws {
      try await pool.call(
        "UpdateDeviceStatus",
        [
          "AccessToken": .string(tokens.access), "DeviceKey": .string(device.key),
          "DeviceRememberedStatus": .string(status),
        ])
    }
    try await remember("remembered")
    _ = try Tokens(try await device.prove(client, try await client.signIn(device: device)))
    #expect(try await client.signIn()["ChallengeName"] == .string("SOFTWARE_TOKEN_MFA"))
    try await remember("not_remembered")
    #expect(try await client.signIn(device: device)["ChallengeName"] == .string("SOFTWARE_TOKEN_MFA"))
  }

  @Test func `a device that nobody confirmed is forgotten once nobody can any more`() async throws {
    let pool = try pool("always")
    let client = TestClient(pool: pool)
    let (kept, _) = try await confirmed(client)
    let left = try TestDevice(try await client.signIn())
    pool.wait(3599)
    let next = try TestDevice(try await client.signIn())
    #expect(Set(try await pool.user().devices.keys) == [kept.key, left.key, next.key])
    pool.wait(1)
    let last = try TestDevice(try await client.signIn())
    #expect(Set(try await pool.user().devices.keys) == [kept.key, next.key, last.key])
  }

  @Test func `devices are listed page by page, read and forgotten`() async throws {
    let pool = try pool("always")
    let client = TestClient(pool: pool)
    let (first, tokens) = try await confirmed(client)
    pool.wait(1)
    let (second, _) = try await confirmed(client)
    _ = try await client.signIn()
    let access = JSON.string(tokens.access)
    let page = try await pool.call("ListDevices", ["AccessToken": access, "Limit": .integer(1)])
    let shown = try #require(page["Devices"]?.asArray).compactMap { $0["DeviceKey"]?.asString }
    let token = try #require(page["PaginationToken"])
    let rest = try await pool.call("ListDevices", ["AccessToken": access, "PaginationToken": token])
    let others = try #require(rest["Devices"]?.asArray).compactMap { $0["DeviceKey"]?.asString }
    #expect(shown.count == 1 && Set(shown + others) == [first.key, second.key] && others.count == 1)
    #expect(rest["PaginationToken"] == nil)
    let got = try await pool.call("GetDevice", ["AccessToken": access, "DeviceKey": .string(second.key)])
    let attributes = try #require(got["Device"]?["DeviceAttributes"]?.asArray)
    #expect(attributes.contains(.strings(["Name": "device_name", "Value": "laptop"])))
    #expect(got["Device"]?["DeviceCreateDate"] == .number(TestPool.start + 1))
    #expect(try await pool.call("ForgetDevice", ["AccessToken": access, "DeviceKey": .string(second.key)]) == [:])
    for operation in ["GetDevice", "ForgetDevice", "UpdateDeviceStatus"] {
      let error = try await pool.refusal(operation, ["AccessToken": access, "DeviceKey": .string(second.key)])
      #expect(said(error) == "400 ResourceNotFoundException: Device does not exist.")
    }
  }

  @Test func `an administrator lists, marks and forgets somebody's devices`() async throws {
    let pool = try pool("opt_in")
    let (device, _) = try await confirmed(TestClient(pool: pool))
    let user: [String: JSON] = ["UserPoolId": .string(TestPool.poolID), "Username": .string("ann")]
    let named = user.merging(["DeviceKey": .string(device.key)]) { $1 }
    let listed = try await pool.call("AdminListDevices", user)
    #expect(listed["Devices"]?.asArray?.compactMap { $0["DeviceKey"] } == [.string(device.key)])
    try await pool.call(
      "AdminUpdateDeviceStatus", named.merging(["DeviceRememberedStatus": .string("remembered")]) { $1 })
    #expect(try await pool.user().devices[device.key]?.isRemembered == true)
    try await pool.call("AdminForgetDevice", named)
    #expect(try await pool.refusal("AdminForgetDevice", named).name == "ResourceNotFoundException")
  }

  @Test func `a device and a sign-in under way are there again after a restart`() async throws {
    let path = TestPool.freshFolder()
    defer { TestPool.remove(path) }
    let device: TestDevice
    let challenge: [String: JSON]
    do {
      let client = TestClient(pool: try pool("always", mfa: "ON", folder: path))
      device = try await confirmed(client).0
      challenge = try await client.signIn()
    }
    let client = TestClient(pool: try pool("always", mfa: "ON", folder: path))
    _ = try await client.answer(challenge, ["SOFTWARE_TOKEN_MFA_CODE": try client.pool.code(steps: 1)])
    _ = try Tokens(try await device.prove(client, try await client.signIn(device: device)))
  }
}
