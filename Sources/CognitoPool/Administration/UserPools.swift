/// CreateUserPool, DeleteUserPool and ListUserPools.
extension DirectoryTurn {
  mutating func createUserPool(_ request: Request) throws -> [String: JSON] {
    let usernameAttributes = request.strings("UsernameAttributes") ?? []
    let aliasAttributes = request.strings("AliasAttributes") ?? []
    guard usernameAttributes.isEmpty || aliasAttributes.isEmpty else {
      throw ServiceError.invalidParameter(
        "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.")
    }
    let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    var pool = UserPool(
      id: "\(region)_\(letters(9, of: alphabet))", name: request.text("PoolName"),
      usernameAttributes: usernameAttributes, aliasAttributes: aliasAttributes,
      caseSensitive: request.members["UsernameConfiguration"]?["CaseSensitive"]?.asBool ?? true,
      keys: try makeKeys(), simulationKey: Hex.encode(random.bytes(32)))
    pool.settings.isSeeded = false
    try pool.configure(request)
    try pool.add(schema: request.objects("Schema") ?? [], replacingStandard: true)
    pool.settings.given["UsernameConfiguration"] = request.members["UsernameConfiguration"]
    pool.settings.given["SoftwareTokenMfaConfiguration"] = .object(["Enabled": .bool(false)])
    pool.settings.createdAt = now
    pool.settings.modifiedAt = now
    put(pool)
    return ["UserPool": pool.description]
  }

  mutating func deleteUserPool(_ request: Request) throws -> [String: JSON] {
    let pool = try userPool(request.text("UserPoolId"))
    if pool.settings.isProtected {
      throw ServiceError.invalidParameter(
        "The user pool cannot be deleted because deletion protection is activated. "
          + "Deletion protection must be inactivated first.")
    }
    if pool.settings.domain != nil {
      throw ServiceError.invalidParameter(
        "User pool cannot be deleted. It has a domain configured that should be deleted first.")
    }
    remove(pool.id)
    return [:]
  }

  func listUserPools(_ request: Request) throws -> [String: JSON] {
    let page = try Listing(
      of: userPools.values.filter { $0.region == region }, after: request.string("NextToken"),
      limit: request.integer("MaxResults")
    ) { $0.id }
    return page.answer("UserPools", token: "NextToken") { pool in
      .object([
        "Id": .string(pool.id), "Name": .string(pool.name), "LambdaConfig": .object([:]),
        "CreationDate": .number(pool.settings.createdAt), "LastModifiedDate": .number(pool.settings.modifiedAt),
      ])
    }
  }
}

extension PoolTurn {
  func describeUserPool(_: Request) -> [String: JSON] { ["UserPool": pool.description] }

  mutating func updateUserPool(_ request: Request) throws -> [String: JSON] {
    var changed = pool
    try changed.configure(request)
    changed.name = request.string("PoolName") ?? pool.name
    changed.settings.given["UsernameConfiguration"] = pool.settings.given["UsernameConfiguration"]
    changed.settings.modifiedAt = now
    pool = changed
    return [:]
  }

  mutating func addCustomAttributes(_ request: Request) throws -> [String: JSON] {
    var changed = pool
    try changed.add(schema: request.objects("CustomAttributes") ?? [], replacingStandard: false)
    changed.settings.modifiedAt = now
    pool = changed
    return [:]
  }
}

extension UserPool {
  /// Standard attributes can be described anew when a pool is made; custom ones can only be added.
  fileprivate mutating func add(schema: [JSON], replacingStandard: Bool) throws(ServiceError) {
    for json in schema {
      var attribute = try SchemaAttribute(json)
      if !replacingStandard, !attribute.isCustom {
        attribute = SchemaAttribute(name: "custom:\(attribute.name)", type: attribute.type)
      }
      if settings.schema.contains(where: { $0.name == attribute.name }) {
        throw .invalidParameter("\(attribute.name): Existing attribute already has name \(attribute.name).")
      }
      settings.schema.append(attribute)
      if attribute.isCustom { customAttributes.append(attribute.name) }
    }
  }

  /// Standard and custom attributes.
  var schema: [SchemaAttribute] {
    let own = settings.schema
    let custom = customAttributes.filter { name in !own.contains { $0.name == name } }
    let standard = SchemaAttribute.standard.filter { attribute in !own.contains { $0.name == attribute.name } }
    let all = standard + own + custom.map { SchemaAttribute(name: $0, maximum: 2048) }
    // People sign in by it, so everybody has one.
    return all.map { attribute in
      var attribute = attribute
      if usernameAttributes == [attribute.name] { attribute.isRequired = true }
      return attribute
    }
  }
}
