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

  init(client: CognitoClient, conversation: any LoginConversation, request: SignInRequest, username: String) {
    self.client = client
    self.conversation = conversation
    self.request = request
    self.username = username
    name = username
  }

  /// Begins a flow (InitiateAuth) under the name that was typed; the client's secret hash is added.
  mutating func initiate(_ flow: String, _ parameters: [JSONMember]) async throws(ProviderFailure) -> AuthStep {
    name = username
    var body = [JSONMember("AuthFlow", .string(flow)), JSONMember("ClientId", .string(client.settings.clientID))]
    body.append(JSONMember("AuthParameters", .object(try named(parameters))))
    return try await send(.initiateAuth, body)
  }

  /// Answers a challenge (RespondToAuthChallenge) under the name that the provider knows; the secret hash is added.
  mutating func respond(
    to challenge: Challenge, _ responses: [JSONMember]
  ) async throws(ProviderFailure) -> AuthStep {
    var body = [
      JSONMember("ChallengeName", .string(challenge.name)), JSONMember("ClientId", .string(client.settings.clientID)),
    ]
    if let session = challenge.session { body.append(JSONMember("Session", .secret(session))) }
    body.append(JSONMember("ChallengeResponses", .object(try named(responses))))
    return try await send(.respondToAuthChallenge, body)
  }

  /// The members with USERNAME and, where the client has a secret, its hash over exactly that name.
  private func named(_ members: [JSONMember]) throws(ProviderFailure) -> [JSONMember] {
    var named = [JSONMember("USERNAME", .string(name))] + members
    if let hash = try client.secretHash(for: name) { named.append(JSONMember("SECRET_HASH", .secret(hash))) }
    return named
  }

  private mutating func send(
    _ operation: Operation, _ body: [JSONMember]
  ) async throws(ProviderFailure) -> AuthStep {
    var body = body
    if !request.clientMetadata.isEmpty {
      let members = request.clientMetadata.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) }
      body.append(JSONMember("ClientMetadata", .object(members)))
    }
    let step = try AuthStep(try await client.service.call(operation, body, for: .signIn))
    if case .challenge(let challenge) = step { learnName(from: challenge) }
    return step
  }

  /// USERNAME where the challenge has it, else USER_ID_FOR_SRP; kept for all that follow.
  private mutating func learnName(from challenge: Challenge) {
    if let given = challenge.parameters["USERNAME"], !given.isEmpty {
      name = given
    } else if name == username, let given = challenge.parameters["USER_ID_FOR_SRP"], !given.isEmpty {
      name = given
    }
  }
}
