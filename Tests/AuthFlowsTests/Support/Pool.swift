import AuthFlows
import SessionModel
import WireJSON

/// A pool and client that tests sign in to, and the tokens that it would give.
struct Pool {
  var settings = CognitoSettings(userPoolID: "us-east-1_AbCdEfGhI", clientID: "1example000000000000000000")
  var key: SigningKey
  var now = FixedClock().wall

  static let subject = "a1b2c3d4-5678-90ab-cdef-0123456789ab"

  init() throws { key = try SigningKey.shared.get() }

  var issuer: String { settings.issuers[0] }

  func accessClaims(_ changes: JSONMember...) -> JSONValue {
    changed(
      [
        "sub": .string(Pool.subject), "iss": .string(issuer), "token_use": "access",
        "client_id": .string(settings.clientID), "username": "alice", "scope": "aws.cognito.signin.user.admin openid",
        "iat": .integer(now.seconds), "exp": .integer(now.seconds + 300),
      ], changes)
  }

  func idClaims(_ changes: JSONMember...) -> JSONValue {
    changed(
      [
        "sub": .string(Pool.subject), "iss": .string(issuer), "token_use": "id", "aud": .string(settings.clientID),
        "cognito:username": "alice", "iat": .integer(now.seconds), "exp": .integer(now.seconds + 300),
      ], changes)
  }

  /// Members replaced, or taken out where the new value is null.
  private func changed(_ claims: JSONValue, _ changes: [JSONMember]) -> JSONValue {
    var members = (claims.object ?? []).filter { old in !changes.contains { $0.name == old.name } }
    members += changes.filter { !$0.value.isNull }
    return .object(members)
  }

  /// An AuthenticationResult.
  func result(refreshToken: String? = "refresh-1", id: Bool = true) throws -> JSONValue {
    var members = [
      JSONMember("AccessToken", .secret(try key.sign(accessClaims()))), JSONMember("ExpiresIn", 300),
      JSONMember("TokenType", "Bearer"),
    ]
    if id { members.append(JSONMember("IdToken", .secret(try key.sign(idClaims())))) }
    if let refreshToken { members.append(JSONMember("RefreshToken", .string(refreshToken))) }
    return .object(members)
  }

  /// Answers with tokens.
  func tokens(refreshToken: String? = "refresh-1") throws -> ScriptedTransport.Answer {
    let body: JSONValue = ["ChallengeParameters": [:], "AuthenticationResult": try result(refreshToken: refreshToken)]
    let date = Vectors.httpDate(now)
    return { _ in .ok(body, date: date) }
  }

  /// Answers with the key set.
  func keySet() throws -> ScriptedTransport.Answer {
    let set = try SigningKey.set(key)
    return { _ in .ok(set) }
  }

  func client(
    _ transport: ScriptedTransport, secret: String? = nil, random: FixedRandom = FixedRandom(),
    passwordRules: (any PasswordRules)? = nil,
    pause: @escaping @Sendable (Int64) async throws -> Void = { _ in throw CancellationError() }
  ) -> CognitoClient {
    CognitoClient(
      settings: settings, clientSecret: secret.map(Secret.init(copyingUTF8:)), caFile: nil, transport: transport,
      keys: KeyCache(clock: FixedClock()), clock: FixedClock(), random: random, passwordRules: passwordRules,
      pause: pause)
  }

  var binding: SessionBinding {
    SessionBinding(
      issuer: issuer, tokenEndpoint: settings.serviceURL + "/", revocationEndpoint: settings.serviceURL + "/",
      clientID: settings.clientID, userPoolID: settings.userPoolID, caFile: nil)
  }

  var identity: Identity {
    Identity(issuer: issuer, subject: Pool.subject, username: "alice", scopes: [])
  }
}
