import AuthFlows
import SessionModel
import Testing
import WireJSON

@testable import SessionAgent

/// One cell on its way: from nobody to signed out.
struct MatrixCell {
  private let cell: LoginCase
  private let pool: LocalPool
  private let network: HTTPTransport
  private let client: CognitoClient
  private let devices = MatrixDevices()

  init(_ cell: LoginCase, _ pool: LocalPool, _ network: HTTPTransport) {
    self.cell = cell
    self.pool = pool
    self.network = network
    let id = MatrixSeed.poolID(cell.factor)
    let settings = CognitoSettings(
      userPoolID: id, clientID: cell.client + String(id.drop { $0 != "_" }.dropFirst()), endpoint: pool.url)
    client = CognitoClient(
      settings: settings, clientSecret: cell.hasSecret ? Secret(copyingUTF8: MatrixSeed.secret) : nil, caFile: nil,
      transport: network, keys: KeyCache(clock: SystemClock()), clock: SystemClock(), random: SystemRandom())
  }

  func run() async throws {
    try await prepare()
    let signedIn = try await signIn(expecting: kinds)
    #expect(signedIn.identity.username == cell.username, "\(cell.testDescription)")
    let known = await devices.device(of: cell.username)
    #expect(signedIn.device == known.map { .known(key: $0.key) } ?? .none, "\(cell.testDescription)")
    let refreshed = try await refresh(signedIn)
    let next = try await client.validate(refreshed, identity: signedIn.identity, previous: signedIn.tokens)
    #expect(next.access.value != signedIn.tokens.access.value)
    #expect((refreshed.newRefreshToken != nil) == cell.rotates, "\(cell.testDescription)")
    try await signOut(signedIn, try #require(next.refreshToken))
  }

  /// What is asked in this cell, in its order.
  private var kinds: [String] {
    let first: [String] =
      switch cell.way {
      case .custom: []
      case .choiceMail: ["email_code"]
      case .choiceSMS: ["sms_code"]
      case .choiceAsked: ["select_challenge", "password"]
      case .srp, .password, .admin, .customSRP, .choicePassword, .choiceSRP: ["password"]
      }
    let questions = [.custom, .customSRP].contains(cell.way) ? ["custom", "custom"] : []
    switch cell.factor {
    case .nothing: return first + questions
    case .totp: return first + ["totp_code"]
    case .sms: return first + ["sms_code"]
    case .mail: return first + ["email_code"]
    case .several: return first + ["select_mfa", "totp_code"]
    case .newPassword: return first + ["new_password"]
    case .setUp: return first + ["mfa_setup"]
    // The code is sent on wish only, and asked for once more then.
    case .unconfirmed: return whereMended(first, ["email_code", "email_code"]) + questions
    case .reset: return first + ["email_code", "new_password"] + questions
    case .device: return first + questions
    }
  }

  /// What mends the account stands after the password, or where there is none before everything.
  private func whereMended(_ first: [String], _ mending: [String]) -> [String] {
    cell.way.hasPassword ? first + mending : mending + first
  }

  private func signIn(expecting kinds: [String]) async throws -> SignedIn {
    let person = MatrixPerson(cell, at: pool)
    let administrator = AWSCredentials(
      accessKeyID: "AKIAIOSFODNN7EXAMPLE",
      secretAccessKey: Secret(copyingUTF8: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), sessionToken: nil)
    let signedIn = try await client.signIn(
      SignInRequest(
        flow: cell.way.flow, username: cell.typed, preferredChallenge: cell.way.preferred,
        awsCredentials: cell.way == .admin ? administrator : nil, devices: devices, deviceName: "matrix"),
      conversation: person)
    #expect(person.kinds == kinds, "\(cell.testDescription)")
    return signedIn
  }

  /// What has to be so before the sign-in that is looked at.
  private func prepare() async throws {
    switch cell.factor {
    case .nothing, .totp, .sms, .mail, .newPassword, .setUp, .unconfirmed, .reset: return
    case .several: try await enableSeveral()
    case .device: try await rememberDevice()
    }
  }

  /// Two second factors, none of them preferred.
  private func enableSeveral() async throws {
    let signedIn = try await signIn(expecting: kinds.dropLast(2) + ["email_code"])
    let both: JSONValue = ["Enabled": true, "PreferredMfa": false]
    let body: JSONValue = [
      "AccessToken": .secret(signedIn.tokens.access.value), "SoftwareTokenMfaSettings": both, "EmailMfaSettings": both,
    ]
    let answer = try await network.send(
      ProviderRequest(
        url: pool.url + "/", method: .post,
        headers: [
          ("Content-Type", "application/x-amz-json-1.1"),
          ("X-Amz-Target", "AWSCognitoIdentityProviderService.SetUserMFAPreference"),
        ], body: Secret(copying: body.serialized())))
    try #require(answer.status == 200)
  }

  /// The first sign-in asks for the code by SMS; the device then stands in for it.
  private func rememberDevice() async throws {
    let signedIn = try await signIn(expecting: kinds + ["sms_code"])
    guard case .confirmed(let device, _) = signedIn.device else {
      Issue.record("\(cell.testDescription): the device is \(signedIn.device)")
      return
    }
    devices.keep(device)
  }

  private func refresh(_ signedIn: SignedIn) async throws -> RefreshAnswer {
    try await client.refresh(request(signedIn, try #require(signedIn.tokens.refreshToken)))
  }

  private func request(_ signedIn: SignedIn, _ token: Secret) -> RefreshRequest {
    RefreshRequest(
      refreshToken: token, username: signedIn.identity.username, deviceKey: signedIn.device.key,
      binding: signedIn.binding)
  }

  private func signOut(_ signedIn: SignedIn, _ token: Secret) async throws {
    #expect(try await client.revoke(refreshToken: token, binding: signedIn.binding) == .done)
    let failure = await #expect(throws: ProviderFailure.self) {
      _ = try await client.refresh(request(signedIn, token))
    }
    #expect(failure?.disposition == .signInRequired(.refreshTokenRevoked), "\(cell.testDescription)")
  }
}
