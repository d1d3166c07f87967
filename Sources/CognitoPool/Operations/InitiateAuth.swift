/// InitiateAuth: the first message of every flow that needs no AWS credentials.
extension PoolTurn {
  mutating func initiateAuth(_ request: Request) throws -> [String: JSON] {
    let client = try client(request.text("ClientId"))
    let parameters = request.parameters("AuthParameters")
    switch request.text("AuthFlow") {
    case "USER_SRP_AUTH":
      guard client.allows(.userSRP) else { throw Self.flowNotEnabled }
      return try startSRP(client, parameters)
    case "USER_PASSWORD_AUTH":
      guard client.allows(.userPassword) else {
        throw ServiceError.invalidParameter("USER_PASSWORD_AUTH flow not enabled for this client")
      }
      return try signInWithPassword(client, parameters)
    case "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN":
      refreshes += 1
      guard client.allows(.refreshToken) else { throw Self.flowNotEnabled }
      return try refreshTokenAuth(client, parameters)
    case "CUSTOM_AUTH":
      guard client.allows(.custom) else { throw Self.flowNotEnabled }
      throw ServiceError.unsupportedOperation("This pool does not carry out CUSTOM_AUTH.")
    case "USER_AUTH":
      guard client.allows(.choice) else { throw Self.flowNotEnabled }
      throw ServiceError.unsupportedOperation("This pool does not carry out USER_AUTH.")
    default: throw ServiceError.invalidParameter("Initiate Auth method not supported.")
    }
  }

  static let flowNotEnabled = ServiceError.invalidParameter("Auth flow not enabled for this client")

  private mutating func signInWithPassword(_ client: AppClient, _ parameters: Parameters) throws -> [String: JSON] {
    let name = try parameters.required("USERNAME")
    let password = try parameters.required("PASSWORD")
    try client.checkSecretHash(parameters["SECRET_HASH"], name: name)
    guard let user = pool.user(signingInAs: name) else {
      throw client.preventUserExistenceErrors ? ServiceError.incorrectCredentials : .noSuchUser
    }
    let isRight = try user.password?.matches(password, identity: pool.identity(user.username)) ?? false
    return try signIn(user, client: client, passwordIsRight: isRight)
  }
}
