/// AdminUpdateUserAttributes and AdminDeleteUserAttributes.
extension PoolTurn {
  /// A new address counts at once where it is called verified in the same request.
  mutating func adminUpdateUserAttributes(_ request: Request) throws -> [String: JSON] {
    let user = try managedUser(request)
    let given = request.attributes("UserAttributes")
    try pool.checkAdministered(given)
    try pool.checkChange(given, of: user)
    let flags = given.filter { $0.key.hasSuffix("_verified") }
    let vouched = Set(
      flags.filter { SchemaAttribute.isTrue($0.value) }.map { String($0.key.dropLast("_verified".utf8.count)) })
    for attribute in vouched.sorted() {
      guard let address = given[attribute] ?? user.attributes[attribute] else { continue }
      guard pool.holder(of: attribute, address, besides: user) == nil else { throw ServiceError.aliasExists(attribute) }
    }
    _ = try change(given.filter { flags[$0.key] == nil }, of: user, vouched: vouched)
    guard var changed = pool.users[user.username] else { return [:] }
    for (name, value) in flags { changed.attributes[name] = value.isEmpty ? nil : value }
    update(changed)
    return [:]
  }

  mutating func adminDeleteUserAttributes(_ request: Request) throws -> [String: JSON] {
    var user = try managedUser(request)
    let names = request.strings("UserAttributeNames") ?? []
    try pool.checkAdministered(Dictionary(names.map { ($0, "") }) { first, _ in first })
    try pool.checkChange(Dictionary(names.map { ($0, "") }) { first, _ in first }, of: user)
    for name in names { set(name, "", in: &user) }
    update(user)
    return [:]
  }
}

extension UserPool {
  /// What an administrator may not give a user either.
  func checkAdministered(_ attributes: [String: String]) throws(ServiceError) {
    if attributes["sub"] != nil {
      throw .schema(["sub: Attribute cannot be updated."])
    }
    try checkSchema(attributes)
  }

  /// What is fixed once it is there, or must not go.
  fileprivate func checkChange(_ attributes: [String: String], of user: User) throws(ServiceError) {
    let fixed = Set(schema.filter { !$0.isMutable }.map(\.name))
    let problems = attributes.sorted { $0.key < $1.key }.compactMap { name, value -> String? in
      if value.isEmpty, requiredAttributes.contains(name) { return "\(name): The attribute is required" }
      guard fixed.contains(name), let old = user.attributes[name], old != value else { return nil }
      return "\(name): Attribute cannot be updated."
    }
    if !problems.isEmpty { throw .schema(problems) }
  }
}
