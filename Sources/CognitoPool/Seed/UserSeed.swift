/// A user of a seed file.
struct UserSeed: Sendable {
  let path: String
  let username: String
  let password: String?
  let status: User.Status
  let enabled: Bool
  let attributes: [String: String]
  let totpSecret: String?
  let preferredFactor: User.Factor?
  let passkeys: [(id: String, name: String)]

  var enabledFactors: [User.Factor] {
    let factors = [preferredFactor, totpSecret == nil ? nil : .softwareToken].compactMap(\.self)
    return User.Factor.allCases.filter(factors.contains)
  }

  init(_ object: inout StrictObject) throws(MemberError) {
    path = object.path
    username = try object.required("username", matching: "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+", upTo: 128)
    password = try object.string("password")
    status = try object.choice("status", User.Status.self) ?? .confirmed
    enabled = try object.bool("enabled") ?? true
    attributes = try object.stringMap("attributes") ?? [:]
    totpSecret = try object.string("totp_secret")
    preferredFactor = try object.choice("preferred_mfa", User.Factor.self)
    passkeys = try object.objects("passkeys") { passkey throws(MemberError) in
      (try passkey.required("id"), try passkey.required("name"))
    }
    if let totpSecret, (Base32.decode(totpSecret) ?? []).count < 10 {
      throw MemberError(path: object.name("totp_secret"), problem: "must be base32 of at least 80 bits")
    }
    if preferredFactor == .softwareToken, totpSecret == nil {
      throw MemberError(path: object.name("preferred_mfa"), problem: "needs totp_secret")
    }
  }
}

extension UserPoolSeed {
  /// The pool with these keys, its passwords turned into verifiers.
  func pool(keys: PoolKeys, now: Seconds, random: any RandomSource) throws -> UserPool {
    var pool = UserPool(
      id: id, name: name, mfa: mfa, usernameAttributes: usernameAttributes, aliasAttributes: aliasAttributes,
      caseSensitive: caseSensitive, autoVerified: autoVerified, passwordPolicy: passwordPolicy,
      verifyBeforeUpdate: verifyBeforeUpdate, customAttributes: customAttributes,
      deviceTracking: deviceTracking, firstFactors: firstFactors, customChallenges: customChallenges,
      keys: keys, simulationKey: Hex.encode(random.bytes(32)))
    pool.settings.createdAt = now
    pool.settings.modifiedAt = now
    for var client in clients {
      client.settings.createdAt = now
      client.settings.modifiedAt = now
      pool.clients[client.id] = client
    }
    for seed in users {
      let user = try user(seed, in: pool, now: now, random: random)
      guard pool.user(named: user.username) == nil, pool.user(signingInAs: seed.username) == nil else {
        throw MemberError(path: "\(seed.path).username", problem: "is there twice")
      }
      pool.users[user.username] = user
    }
    return pool
  }

  /// The schema has what its users have.
  private var customAttributes: [String] {
    Set(users.flatMap(\.attributes.keys)).filter { $0.hasPrefix("custom:") }.sorted()
  }

  private func user(
    _ seed: UserSeed, in pool: UserPool, now: Seconds, random: any RandomSource
  ) throws -> User {
    let sub = seed.attributes["sub"] ?? random.uuid()
    var attributes = seed.attributes.filter { $0.key != "sub" }
    let kind = try kindOfName(seed, in: pool)
    if let kind { attributes[kind] = attributes[kind] ?? seed.username }
    let username = kind == nil ? seed.username : sub
    let password = try seed.password.map { text in
      do {
        try PasswordPolicy.checkForm(text, at: "password")
      } catch {
        throw MemberError(path: "\(seed.path).password", problem: "must be 1 to 256 characters without white space")
      }
      return try PasswordVerifier(password: text, identity: pool.identity(username), salt: random.bytes(16))
    }
    return User(
      username: username, sub: sub, attributes: attributes, status: seed.status, enabled: seed.enabled,
      password: password, softwareToken: seed.totpSecret.map { SoftwareToken(secret: $0) },
      enabledFactors: seed.enabledFactors, preferredFactor: seed.preferredFactor,
      passkeys: seed.passkeys.map { Passkey(id: $0.id, name: $0.name, createdAt: now) },
      createdAt: now, modifiedAt: now)
  }

  /// Which attribute the username is, in pools where it is one.
  private func kindOfName(_ seed: UserSeed, in pool: UserPool) throws(MemberError) -> String? {
    do {
      return try pool.attribute(ofName: seed.username)
    } catch {
      throw MemberError(path: "\(seed.path).username", problem: error.message)
    }
  }
}
