/// InitiateAuth and AdminInitiateAuth: the first message of every flow.
extension PoolTurn {
  mutating func initiateAuth(_ request: Request, byAdministrator: Bool = false) throws -> [String: JSON] {
    let client = try client(request.text("ClientId"))
    let parameters = request.parameters("AuthParameters")
    let name = request.text("AuthFlow")
    if name == "REFRESH_TOKEN_AUTH" || name == "REFRESH_TOKEN" {
      refreshes += 1
      guard client.allows(.refreshToken) else { throw Self.notEnabled(nil) }
      return try refreshTokenAuth(client, parameters)
    }
    guard let flow = Attempt.Flow(rawValue: name), flow.begins(byAdministrator: byAdministrator) else {
      throw ServiceError.invalidParameter("Initiate Auth method not supported.")
    }
    guard client.allows(flow.permission) else { throw Self.notEnabled(flow) }
    let username = try parameters.required("USERNAME")
    if let needed = Self.needed(flow, parameters) { _ = try parameters.required(needed) }
    try client.checkSecretHash(parameters["SECRET_HASH"], name: username)
    let user = pool.user(signingInAs: username)
    if user == nil, !client.preventUserExistenceErrors { throw ServiceError.noSuchUser }
    var attempt = Attempt(
      clientID: client.id, userID: try user?.username ?? simulatedID(username), flow: flow,
      isByAdministrator: byAdministrator)
    attempt.deviceKey = device(parameters["DEVICE_KEY"], attempt)?.key
    return try begin(attempt, user, parameters, session: request.string("Session"))
  }

  /// The parameter without which a flow makes no sense.
  private static func needed(_ flow: Attempt.Flow, _ parameters: Parameters) -> String? {
    switch flow {
    case .srp: "SRP_A"
    case .password, .adminPassword, .oldAdminPassword: "PASSWORD"
    case .custom: parameters["CHALLENGE_NAME"] == nil ? nil : "SRP_A"
    case .choice: nil
    }
  }

  private mutating func begin(
    _ attempt: Attempt, _ user: User?, _ parameters: Parameters, session: String?
  ) throws -> [String: JSON] {
    switch attempt.flow {
    case .srp: return try startSRP(attempt, user, parameters)
    case .password, .adminPassword, .oldAdminPassword:
      return try checkPassword(try parameters.required("PASSWORD"), user, attempt)
    case .custom:
      guard let first = parameters["CHALLENGE_NAME"] else { return try startCustom(attempt, user) }
      guard first == "SRP_A" else { throw ServiceError.invalidParameter("Invalid CHALLENGE_NAME: \(first)") }
      try checkCustomChallenges()
      return try startSRP(attempt, user, parameters)
    case .choice: return try startChoice(attempt, user, parameters, session: session)
    }
  }

  private static func notEnabled(_ flow: Attempt.Flow?) -> ServiceError {
    flow == .password
      ? .invalidParameter("USER_PASSWORD_AUTH flow not enabled for this client")
      : .invalidParameter("Auth flow not enabled for this client")
  }

  /// The flows that send the password itself.
  mutating func checkPassword(_ password: String, _ user: User?, _ attempt: Attempt) throws -> [String: JSON] {
    guard let user else { throw ServiceError.incorrectCredentials.noting("no such user") }
    let isRight = try user.password?.matches(password, identity: pool.identity(user.username)) ?? false
    return try signIn(user, attempt, passwordIsRight: isRight)
  }
}
