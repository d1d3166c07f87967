import SessionCrypto
import SessionModel
import Synchronization
import Testing
import WireJSON

@testable import AuthFlows

/// What a test remembers of devices.
final class ScriptedMemory: DeviceMemory {
  private let known: Mutex<[String: RememberedDevice]>
  private let asked = Mutex<[String]>([])

  init(_ known: [String: RememberedDevice] = [:]) { self.known = Mutex(known) }

  var names: [String] { asked.withLock { $0 } }
  var isEmpty: Bool { known.withLock { $0.isEmpty } }

  func device(of username: String) async -> RememberedDevice? {
    asked.withLock { $0.append(username) }
    return known.withLock { $0[username] }
  }

  func forget(_ device: RememberedDevice) async {
    known.withLock { known in known = known.filter { $0.value != device } }
  }
}

@Suite("Remembered devices")
struct DeviceTests {
  private let vector: SRPVector
  private let device: RememberedDevice
  private let unknown = Script.refused("ResourceNotFoundException", "Device does not exist.")

  init() throws {
    vector = try #require(Vectors.devices.first)
    device = RememberedDevice(
      key: vector.text("device_key"), groupKey: vector.text("device_group_key"),
      password: Secret(copyingUTF8: vector.text("device_password")))
  }

  private func request(_ memory: ScriptedMemory, _ flow: LoginFlow = .password, name: String = "u") -> SignInRequest {
    SignInRequest(flow: flow, username: name, devices: memory, deviceName: "session-agent on box")
  }

  private func newDevice(_ pool: Pool) throws -> ScriptedTransport.Answer {
    let result = JSONValue.object(
      (try pool.result().object ?? []) + [
        JSONMember("NewDeviceMetadata", ["DeviceKey": "us-east-1_new", "DeviceGroupKey": "-group"])
      ])
    return { _ in .ok(["AuthenticationResult": result]) }
  }

  @Test("the proof of a known device is that of the vector, to the letter")
  func proof() async throws {
    var pool = try Pool()
    pool.now = vector.time
    let memory = ScriptedMemory(["u": device])
    let verifier = Script.challenge("DEVICE_PASSWORD_VERIFIER", vector.json["challenge_parameters"] ?? [:])
    let date = Vectors.httpDate(vector.time)
    let dated: ScriptedTransport.Answer = { request in
      guard case .response(var response) = try verifier(request) else { return try verifier(request) }
      response.headers = response.headers.filter { $0.0 != "Date" } + [("Date", date)]
      return .response(response)
    }
    let transport = ScriptedTransport([
      Script.challenge("DEVICE_SRP_AUTH", ["USERNAME": .string(vector.text("username"))]), dated, try pool.tokens(),
      try pool.keySet(),
    ])
    let random = FixedRandom(value: vector.bytes("a_hex").withRevealedBytes { Array($0) })
    let signedIn = try await pool.client(transport, random: random).signIn(
      request(memory), conversation: ScriptedConversation("pw"))
    #expect(signedIn.device == .known(key: device.key))
    let requests = transport.requests
    #expect(requests[0].values["DEVICE_KEY"] == device.key)
    #expect(requests[1].values["SRP_A"] == vector.text("A_hex") && requests[1].values["DEVICE_KEY"] == device.key)
    #expect(requests[2].values == vector.json["challenge_responses"]?.strings)
  }

  @Test(
    "a new device is confirmed with a password of its own, of which the pool sees the verifier only",
    arguments: [
      (["UserConfirmationNecessary": false], false), (["UserConfirmationNecessary": true], true), ([:], false),
    ]
      as [(JSONValue, Bool)])
  func confirmed(answer: JSONValue, isUpToPerson: Bool) async throws {
    let pool = try Pool()
    let confirm: ScriptedTransport.Answer = { _ in .ok(answer) }
    let transport = ScriptedTransport([try newDevice(pool), try pool.keySet(), confirm])
    let signedIn = try await pool.client(transport).signIn(
      request(ScriptedMemory(), name: "alias"), conversation: ScriptedConversation("pw"))
    guard case .confirmed(let device, isUpToPerson) = signedIn.device else {
      Issue.record("The device was not confirmed: \(signedIn.device)")
      return
    }
    #expect(signedIn.device.keyToDecideOn == (isUpToPerson ? device.key : nil))
    #expect(signedIn.typedName == "alias" && signedIn.identity.username == "alice")
    #expect(device.key == "us-east-1_new" && device.groupKey == "-group" && device.password.count >= 40)
    let body = try #require(transport.requests.last?.body)
    #expect(body["DeviceKey"] == "us-east-1_new" && body["DeviceName"] == "session-agent on box")
    let salt = try #require(Base64.decode(body["DeviceSecretVerifierConfig"]?["Salt"]?.string ?? ""))
    let verifier = try DeviceVerifier(device, salt: Secret(copying: salt))
    #expect(body["DeviceSecretVerifierConfig"]?["PasswordVerifier"]?.string == verifier.passwordVerifier)
    #expect(
      Set(body.object?.map(\.name) ?? []) == ["AccessToken", "DeviceKey", "DeviceName", "DeviceSecretVerifierConfig"])
  }

  @Test(
    "through trouble that may pass a device is confirmed all the same, also where the first answer was lost",
    arguments: [("InternalErrorException", nil), ("TooManyRequestsException", "DeviceKeyExistsException")]
      as [(String, String?)])
  func confirmedLater(first: String, second: String?) async throws {
    let pool = try Pool()
    let confirmed: ScriptedTransport.Answer = { _ in .ok([:]) }
    let end = if let second { Script.refused(second, "") } else { confirmed }
    let transport = ScriptedTransport([try newDevice(pool), try pool.keySet(), Script.refused(first, ""), end])
    let signedIn = try await pool.client(transport, pause: { _ in }).signIn(
      request(ScriptedMemory()), conversation: ScriptedConversation("pw"))
    guard case .confirmed = signedIn.device else {
      Issue.record("The device was not confirmed: \(signedIn.device)")
      return
    }
    let bodies = transport.requests.suffix(2).map(\.body)
    #expect(bodies[0] == bodies[1], "the same verifier: either may be the one that came through")
  }

  @Test("that a device can't be confirmed is no reason not to be signed in")
  func unconfirmed() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([
      try newDevice(pool), try pool.keySet(), Script.refused("InvalidParameterException", "Invalid device key given."),
    ])
    let signedIn = try await pool.client(transport).signIn(
      request(ScriptedMemory()), conversation: ScriptedConversation("pw"))
    guard case .unconfirmed(let key, let problem) = signedIn.device else {
      Issue.record("The device counts as confirmed.")
      return
    }
    #expect(key == "us-east-1_new" && problem.provider?.code == "InvalidParameterException")
  }

  @Test("a device that the pool does not know is forgotten, and the same is sent once without it")
  func unknownDevice() async throws {
    let memory = ScriptedMemory(["u": device])
    let requests = try await Pool().signIn(
      request(memory, .srp), ScriptedConversation("pw"), try Script.verifier(), unknown)
    #expect(memory.isEmpty)
    #expect(requests.map(\.operation) == ["InitiateAuth", "RespondToAuthChallenge", "RespondToAuthChallenge"])
    #expect(requests[1].values["DEVICE_KEY"] == device.key && requests[2].values["DEVICE_KEY"] == nil)
    #expect(requests[1].values["PASSWORD_CLAIM_SIGNATURE"] == requests[2].values["PASSWORD_CLAIM_SIGNATURE"])
  }

  @Test(
    "a device whose proof is refused is forgotten, and the sign-in begins anew with the password at hand",
    arguments: [
      ("ResourceNotFoundException", "Device does not exist."),
      ("NotAuthorizedException", "Incorrect username or password."),
    ])
  func refusedProof(name: String, message: String) async throws {
    let memory = ScriptedMemory(["u": device])
    let person = ScriptedConversation("pw", "123456")
    let requests = try await Pool().signIn(
      request(memory), person, Script.challenge("DEVICE_SRP_AUTH"),
      Script.challenge("DEVICE_PASSWORD_VERIFIER", vector.json["challenge_parameters"] ?? [:]),
      Script.refused(name, message), Script.challenge("SOFTWARE_TOKEN_MFA"))
    #expect(memory.isEmpty)
    #expect(person.kinds == ["password", "totp_code"])
    #expect(requests[3].operation == "InitiateAuth" && requests[3].values["DEVICE_KEY"] == nil)
    #expect(requests[3].values["PASSWORD"] == "pw")
  }

  @Test("a pool that asks for a device's proof where there is none gets no second chance")
  func noDevice() async throws {
    let failure = try await Pool().failure(
      request(ScriptedMemory()), ScriptedConversation("pw"), Script.challenge("DEVICE_SRP_AUTH"))
    #expect(failure.problem.code == .providerError && !failure.problem.retryable)
    #expect(failure.problem.detail.contains("device"))
  }

  @Test("a device is looked for by the typed name first, then by the pool's own")
  func names() async throws {
    let memory = ScriptedMemory(["real": device])
    let requests = try await Pool().signIn(
      request(memory, name: "alias"), ScriptedConversation("pw", "123456"),
      Script.challenge("SOFTWARE_TOKEN_MFA", ["USERNAME": "real"]))
    #expect(memory.names == ["alias", "real"])
    #expect(requests.map { $0.values["DEVICE_KEY"] } == [nil, device.key])
  }

  @Test("the flow admin knows no devices")
  func admin() async throws {
    let memory = ScriptedMemory(["u": device])
    var request = request(memory, .admin)
    request.awsCredentials = AWSCredentials(
      accessKeyID: "A", secretAccessKey: Secret(copyingUTF8: "s"), sessionToken: nil)
    let requests = try await Pool().signIn(request, ScriptedConversation("pw"))
    #expect(requests[0].values["DEVICE_KEY"] == nil && memory.names.isEmpty)
  }

  @Test("a refresh carries the device's key, either way that it goes")
  func refresh() async throws {
    let pool = try Pool()
    let transport = ScriptedTransport([
      Script.refused("UnknownOperationException", ""), try pool.tokens(refreshToken: nil),
    ])
    _ = try await pool.client(transport).refresh(
      RefreshRequest(
        refreshToken: Secret(copyingUTF8: "r"), username: "alice", deviceKey: "us-east-1_new", binding: pool.binding))
    #expect(transport.requests[0].body["DeviceKey"] == "us-east-1_new")
    #expect(transport.requests[1].values["DEVICE_KEY"] == "us-east-1_new")
  }
}
