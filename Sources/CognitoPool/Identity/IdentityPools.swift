/// Create, list and delete identity pools, and the identities that a request names by their ids.
extension DirectoryTurn {
  mutating func createIdentityPool(_ request: Request) throws -> [String: JSON] {
    var pool = IdentityPool(id: "\(region):\(random.uuid())")
    try pool.configure(request)
    put(pool)
    return pool.description
  }

  mutating func deleteIdentityPool(_ request: Request) throws -> [String: JSON] {
    remove(try identityPool(request.text("IdentityPoolId")).id)
    return [:]
  }

  func listIdentityPools(_ request: Request) throws -> [String: JSON] {
    let listing = try Listing(
      of: identityPools.values.filter { $0.region == region }, after: request.string("NextToken"),
      limit: request.integer("MaxResults")
    ) { $0.id }
    return listing.answer("IdentityPools", token: "NextToken") { pool in
      .strings(["IdentityPoolId": pool.id, "IdentityPoolName": pool.name])
    }
  }

  /// Those that are not there are not an error.
  mutating func deleteIdentities(_ request: Request) throws -> [String: JSON] {
    let ids = request.strings("IdentityIdsToDelete") ?? []
    for var pool in identityPools.values
    where pool.region == region && ids.contains(where: { pool.identities[$0] != nil }) {
      for id in ids { pool.identities[id] = nil }
      put(pool)
    }
    return ["UnprocessedIdentityIds": .array([])]
  }
}

extension IdentityTurn {
  func describeIdentityPool(_: Request) -> [String: JSON] { pool.description }

  /// What is left out returns to its default.
  mutating func updateIdentityPool(_ request: Request) throws -> [String: JSON] {
    var changed = pool
    try changed.configure(request)
    pool = changed
    return pool.description
  }

  mutating func setIdentityPoolRoles(_ request: Request) throws -> [String: JSON] {
    let mappings = request.members["RoleMappings"]?.asObject ?? [:]
    for (provider, mapping) in mappings {
      let isRules = mapping["Type"]?.asString == "Rules"
      guard isRules == (mapping["RulesConfiguration"] != nil) else {
        throw ServiceError.invalidParameter("RulesConfiguration goes with the mapping type Rules: \(provider)")
      }
    }
    pool.roles = request.parameters("Roles").values
    pool.roleMappings = mappings
    return [:]
  }

  func getIdentityPoolRoles(_: Request) -> [String: JSON] {
    var answer: [String: JSON] = ["IdentityPoolId": .string(pool.id)]
    if !pool.roles.isEmpty { answer["Roles"] = .strings(pool.roles) }
    if !pool.roleMappings.isEmpty { answer["RoleMappings"] = .object(pool.roleMappings) }
    return answer
  }

  func describeIdentity(_ request: Request) throws -> [String: JSON] {
    try identity(request.text("IdentityId")).description
  }

  func listIdentities(_ request: Request) throws -> [String: JSON] {
    let listing = try Listing(
      of: Array(pool.identities.values), after: request.string("NextToken"),
      limit: request.integer("MaxResults")
    ) { $0.id }
    var answer = listing.answer("Identities", token: "NextToken") { .object($0.description) }
    answer["IdentityPoolId"] = .string(pool.id)
    return answer
  }
}

extension Identity {
  fileprivate var description: [String: JSON] {
    [
      "IdentityId": .string(id), "Logins": .strings(logins.keys.sorted()), "CreationDate": .number(createdAt),
      "LastModifiedDate": .number(modifiedAt),
    ]
  }
}
