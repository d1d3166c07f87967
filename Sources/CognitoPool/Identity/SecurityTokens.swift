/// The part of STS that goes with identity pools: AssumeRoleWithWebIdentity and GetCallerIdentity.
extension DirectoryTurn {
  mutating func assumeRoleWithWebIdentity(_ request: Request) throws -> [String: JSON] {
    let (pool, claims) = try identityToken(request.text("WebIdentityToken"))
    let arn = request.text("RoleArn")
    let kind = (claims["amr"]?.asArray ?? []).contains(.string("authenticated")) ? "authenticated" : "unauthenticated"
    guard pool.roles[kind] == arn else {
      throw ServiceError(
        name: "AccessDenied", message: "Not authorized to perform sts:AssumeRoleWithWebIdentity", status: 403)
    }
    let subject = claims["sub"]?.asString ?? ""
    let role = AssumedRole(
      arn: arn, session: request.text("RoleSessionName"), identityID: subject,
      expiresAt: (now + Seconds(request.integer("DurationSeconds") ?? 3600)).rounded(.down))
    let made = try TemporaryCredentials(authority).make(role, random: random)
    return [
      "Credentials": .object([
        "AccessKeyId": .string(made.id), "SecretAccessKey": .string(made.secret), "SessionToken": .string(made.token),
        "Expiration": .number(role.expiresAt),
      ]),
      "SubjectFromWebIdentityToken": .string(subject),
      "AssumedRoleUser": .strings(["AssumedRoleId": try role.userID, "Arn": role.userARN]),
      "Provider": .string("cognito-identity.amazonaws.com"), "Audience": .string(pool.id),
    ]
  }

  /// The claims of an identity token and the pool that it is for.
  private func identityToken(_ token: String) throws -> (IdentityPool, [String: JSON]) {
    guard let unverified = JWT.unverifiedClaims(token) else {
      throw Self.invalidToken(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
    }
    let issuer = unverified["iss"]?.asString ?? ""
    guard issuer == IdentityTurn.tokenIssuer else {
      throw Self.invalidToken("No OpenIDConnect provider found in your account for \(issuer)")
    }
    guard let keys = authority.tokenKeys, let claims = try JWT.verify(token, keys: keys) else {
      throw Self.invalidToken("Couldn't retrieve verification key from your identity provider or signature invalid")
    }
    guard let expiry = claims["exp"]?.asInteger, now < Seconds(expiry) else {
      throw ServiceError(name: "ExpiredTokenException", message: "Token expired.")
    }
    guard let pool = identityPools[claims["aud"]?.asString ?? ""] else {
      throw Self.invalidToken("Incorrect token audience")
    }
    return (pool, claims)
  }

  private static func invalidToken(_ message: String) -> ServiceError {
    ServiceError(name: "InvalidIdentityToken", message: message)
  }

  func getCallerIdentity(_: Request) throws -> [String: JSON] {
    let (userID, account, arn) =
      switch caller {
      case .anybody: throw ServiceError.unsigned
      case .developer: ("AIDALOCALPOOLDEVELOP", Account.id, "arn:aws:iam::\(Account.id):user/developer")
      case .role(let role, _): (try role.userID, role.account, role.userARN)
      }
    return ["UserId": .string(userID), "Account": .string(account), "Arn": .string(arn)]
  }
}

extension AssumedRole {
  /// The same for every session of a role.
  fileprivate var userID: String {
    get throws {
      let hash = Hex.encode(try Digest.sha256([UInt8](arn.utf8))).uppercased()
      return "AROA\(hash.prefix(17)):\(session)"
    }
  }
}
