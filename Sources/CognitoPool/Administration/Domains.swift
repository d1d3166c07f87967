/// The domain of the hosted pages: one for a pool, and nobody else's.
extension DirectoryTurn {
  private static let reserved = ["aws", "amazon", "cognito"]

  mutating func createUserPoolDomain(_ request: Request) throws -> [String: JSON] {
    var pool = try userPool(request.text("UserPoolId"))
    let name = request.text("Domain")
    let certificate = request.members["CustomDomainConfig"]
    if certificate == nil, let word = Self.reserved.first(where: name.contains) {
      throw ServiceError.invalidParameter("Domain cannot contain reserved word: \(word)")
    }
    guard (certificate == nil) != name.contains(".") else {
      throw ServiceError.invalidParameter("A custom domain takes a full name and CustomDomainConfig, a prefix neither.")
    }
    guard pool.settings.domain == nil else {
      throw ServiceError.invalidParameter("User pool already has a domain configured.")
    }
    guard owner(of: name) == nil else {
      throw ServiceError.invalidParameter("Domain already associated with another user pool.")
    }
    let version = request.integer("ManagedLoginVersion") ?? 1
    pool.settings.domain = PoolDomain(name: name, managedLoginVersion: version, certificate: certificate)
    put(pool)
    return ["ManagedLoginVersion": .integer(version)]
  }

  mutating func updateUserPoolDomain(_ request: Request) throws -> [String: JSON] {
    var pool = try ownPool(request)
    if let certificate = request.members["CustomDomainConfig"] {
      guard pool.settings.domain?.certificate != nil else {
        throw ServiceError.invalidParameter("CustomDomainConfig can't be given for a domain that is a prefix.")
      }
      pool.settings.domain?.certificate = certificate
    }
    let version = request.integer("ManagedLoginVersion") ?? pool.settings.domain?.managedLoginVersion ?? 1
    pool.settings.domain?.managedLoginVersion = version
    put(pool)
    return ["ManagedLoginVersion": .integer(version)]
  }

  mutating func deleteUserPoolDomain(_ request: Request) throws -> [String: JSON] {
    var pool = try ownPool(request)
    pool.settings.domain = nil
    put(pool)
    return [:]
  }

  /// An unknown domain has an empty description.
  func describeUserPoolDomain(_ request: Request) throws -> [String: JSON] {
    guard let pool = owner(of: request.text("Domain")), let domain = pool.settings.domain else {
      return ["DomainDescription": .object([:])]
    }
    var description: [String: JSON] = [
      "UserPoolId": .string(pool.id), "AWSAccountId": .string(Account.id), "Domain": .string(domain.name),
      "Status": .string("ACTIVE"), "ManagedLoginVersion": .integer(domain.managedLoginVersion),
    ]
    description["CustomDomainConfig"] = domain.certificate
    return ["DomainDescription": .object(description)]
  }

  private func owner(of name: String) -> UserPool? {
    userPools.values.first { $0.settings.domain?.name == name && $0.region == region }
  }

  private func ownPool(_ request: Request) throws(ServiceError) -> UserPool {
    let pool = try userPool(request.text("UserPoolId"))
    guard pool.settings.domain?.name == request.text("Domain") else {
      throw .invalidParameter("No such domain or user pool exists.")
    }
    return pool
  }
}
