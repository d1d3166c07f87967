/// UpdateUserAttributes and DeleteUserAttributes.
extension PoolTurn {
  mutating func updateUserAttributes(_ request: Request) throws -> [String: JSON] {
    let user = try userOfAccessToken(request.text("AccessToken"))
    let given = request.attributes("UserAttributes")
    try pool.checkWritable(given)
    try clientOfAccessToken(request.text("AccessToken"))?.checkMayWrite(given.keys)
    let required = given.filter { $0.value.isEmpty }.keys.filter(pool.requiredAttributes.contains).sorted()
    guard required.isEmpty else {
      throw ServiceError.schema(required.map { "\($0): The attribute is required" })
    }
    return ["CodeDeliveryDetailsList": .array(try change(given, of: user))]
  }

  /// Sets what differs; of the new addresses, those that are not vouched for are to be verified.
  mutating func change(
    _ given: [String: String], of user: User, vouched: Set<String> = []
  ) throws -> [JSON] {
    var user = user
    let changed = given.filter { (user.attributes[$0.key] ?? "") != $0.value }
    for (name, value) in changed.sorted(by: { $0.key < $1.key }) {
      try checkNameIsFree(name, value, for: user)
      if vouched.contains(name) || !waits(name, value) { set(name, value, in: &user) }
    }
    update(user)
    return try codes(for: changed.filter { !vouched.contains($0.key) }, of: user)
  }

  /// Refuses what somebody else signs in by, where a value is good for that without being verified.
  func checkNameIsFree(_ attribute: String, _ value: String, for user: User) throws(ServiceError) {
    guard attribute == "preferred_username" || pool.usernameAttributes.contains(attribute), !value.isEmpty,
      pool.holder(of: attribute, value, besides: user) != nil
    else { return }
    throw .aliasExists(attribute)
  }

  /// Whether the old value stays until the new one is verified.
  private func waits(_ name: String, _ value: String) -> Bool {
    !value.isEmpty && pool.verifyBeforeUpdate.contains(name)
  }

  /// A code to each new address that the pool verifies.
  private mutating func codes(for changed: [String: String], of user: User) throws -> [JSON] {
    var details: [JSON] = []
    for medium in DeliveryMedium.allCases {
      guard let value = changed[medium.attribute], !value.isEmpty else { continue }
      let pending = waits(medium.attribute, value)
      guard pending || pool.autoVerified.contains(medium.attribute) else { continue }
      let user = pool.users[user.username] ?? user
      details.append(sendCode(.verify(medium), to: user, by: medium, at: value, proves: pending))
    }
    return details
  }

  /// A blank value takes the attribute away; a new address is not verified.
  func set(_ name: String, _ value: String, in user: inout User) {
    user.attributes[name] = value.isEmpty ? nil : value
    guard let medium = DeliveryMedium(attribute: name) else { return }
    user.attributes["\(name)_verified"] = value.isEmpty ? nil : "false"
    user.codes[.verify(medium)] = nil
  }

  mutating func deleteUserAttributes(_ request: Request) throws -> [String: JSON] {
    var user = try userOfAccessToken(request.text("AccessToken"))
    let names = request.strings("UserAttributeNames") ?? []
    try pool.checkWritable(Dictionary(names.map { ($0, "") }) { first, _ in first })
    try clientOfAccessToken(request.text("AccessToken"))?.checkMayWrite(names)
    let required = names.filter(pool.requiredAttributes.contains).sorted()
    guard required.isEmpty else {
      throw ServiceError.schema(required.map { "\($0): The attribute is required" })
    }
    for name in names { set(name, "", in: &user) }
    update(user)
    return [:]
  }
}
