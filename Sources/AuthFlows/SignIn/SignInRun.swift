internal import SessionModel
internal import WireJSON

/// One sign-in under way: a value that goes through the flow and each challenge.
struct SignInRun {
  let client: CognitoClient
  let conversation: any LoginConversation
  let request: SignInRequest
  /// The name as it was typed.
  let username: String
  /// The name that answers to challenges carry: what the provider calls the user, once it said so.
  private(set) var name: String
  /// The device that takes part: remembered for this user, and not yet disowned by the pool.
  private(set) var device: RememberedDevice?
  private var mayUseDevice: Bool

  /// Begins the flow once more with what the person gave to begin it; nil before that.
  var restart: (@Sendable (inout SignInRun) async throws -> AuthStep)?
  /// How often a code was sent again.
  var resends = 0
  /// The challenge of a choice that was made and is still to be answered.
  var unanswered: Challenge?
  /// The second factor that was chosen.
  var chosenFactor: String?
  /// Whether the flow has begun anew and nothing was asked since.
  var isBeginningAnew = false
  /// The last question of the pool's own.
  var lastQuestion: [String: String]?

  init(client: CognitoClient, conversation: any LoginConversation, request: SignInRequest, username: String) {
    self.client = client
    self.conversation = conversation
    self.request = request
    self.username = username
    name = username
    // Admin flows know no devices.
    mayUseDevice = request.devices != nil && request.flow != .admin
  }

  /// Begins a flow (InitiateAuth) under the name that was typed; the client's secret hash is added.
  mutating func initiate(_ flow: String, _ parameters: [JSONMember]) async throws(ProviderFailure) -> AuthStep {
    name = username
    if device == nil { await findDevice() }
    return try await withDevice { run throws(ProviderFailure) in
      try await run.send(
        run.signer == nil ? .initiateAuth : .adminInitiateAuth,
        [
          JSONMember("AuthFlow", .string(flow)), JSONMember("AuthParameters", .object(try run.named(parameters))),
        ])
    }
  }

  /// Answers a challenge (RespondToAuthChallenge) under the name that the provider knows; the secret hash is added.
  mutating func respond(
    to challenge: Challenge, _ responses: [JSONMember]
  ) async throws(ProviderFailure) -> AuthStep {
    try await withDevice { run throws(ProviderFailure) in try await run.respondOnce(to: challenge, responses) }
  }

  /// The same, with whatever a device that the pool does not know comes to.
  mutating func respondOnce(
    to challenge: Challenge, _ responses: [JSONMember]
  ) async throws(ProviderFailure) -> AuthStep {
    var body = [JSONMember("ChallengeName", .string(challenge.name))]
    if let session = challenge.session { body.append(JSONMember("Session", .secret(session))) }
    body.append(JSONMember("ChallengeResponses", .object(try named(responses))))
    return try await send(signer == nil ? .respondToAuthChallenge : .adminRespondToAuthChallenge, body)
  }

  /// Sends; where the pool does not know the device (any more), it is forgotten and the same sent once without it.
  private mutating func withDevice(
    _ send: (inout SignInRun) async throws(ProviderFailure) -> AuthStep
  ) async throws(ProviderFailure) -> AuthStep {
    do throws(ProviderFailure) {
      return try await send(&self)
    } catch {
      guard device != nil, error.isUnknownDevice else { throw error }
      await disownDevice()
      return try await send(&self)
    }
  }

  /// Goes on without the device, for good.
  mutating func disownDevice() async {
    if let device { await request.devices?.forget(device) }
    device = nil
    mayUseDevice = false
  }

  private mutating func findDevice() async {
    guard mayUseDevice else { return }
    device = await request.devices?.device(of: name)
  }

  /// The members with USERNAME and, where there is one, the client secret's hash over exactly that name and the device.
  private func named(_ members: [JSONMember]) throws(ProviderFailure) -> [JSONMember] {
    var named = [JSONMember("USERNAME", .string(name))] + members
    if let hash = try client.secretHash(for: name) { named.append(JSONMember("SECRET_HASH", .secret(hash))) }
    if let device { named.append(JSONMember("DEVICE_KEY", .string(device.key))) }
    return named
  }

  private var signer: RequestSigner? {
    guard request.flow == .admin, let credentials = request.awsCredentials else { return nil }
    return RequestSigner(credentials: credentials, region: client.settings.effectiveRegion)
  }

  private mutating func send(
    _ operation: Operation, _ members: [JSONMember]
  ) async throws(ProviderFailure) -> AuthStep {
    var body = [JSONMember("ClientId", .string(client.settings.clientID))] + members
    var service = client.service
    service.signer = signer
    if signer != nil { body.append(JSONMember("UserPoolId", .string(client.settings.userPoolID))) }
    body += clientMetadata
    let step = try AuthStep(try await service.call(operation, body, for: .signIn))
    if case .challenge(let challenge) = step { await learnName(from: challenge) }
    return step
  }

  /// What the pool's Lambda triggers are handed.
  var clientMetadata: [JSONMember] {
    guard !request.clientMetadata.isEmpty else { return [] }
    let members = request.clientMetadata.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) }
    return [JSONMember("ClientMetadata", .object(members))]
  }

  /// USERNAME where the challenge has it, else USER_ID_FOR_SRP; kept for all that follow.
  private mutating func learnName(from challenge: Challenge) async {
    if let given = challenge.parameters["USERNAME"], !given.isEmpty {
      name = given
    } else if name == username, let given = challenge.parameters["USER_ID_FOR_SRP"], !given.isEmpty {
      name = given
    }
    // An alias may never have signed in here while the user has.
    if device == nil, name != username { await findDevice() }
  }
}

extension ProviderFailure {
  /// "Device does not exist."
  var isUnknownDevice: Bool {
    problem.code == .notFound && problem.provider?.code == "ResourceNotFoundException"
  }
}
