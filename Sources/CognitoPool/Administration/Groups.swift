/// Groups of a pool and who is in them.
extension PoolTurn {
  mutating func createGroup(_ request: Request) throws -> [String: JSON] {
    let name = request.text("GroupName")
    guard pool.settings.groups[name] == nil else {
      throw ServiceError(name: "GroupExistsException", message: "A group with the name already exists.")
    }
    let group = Group(
      name: name, description: request.string("Description"), roleARN: request.string("RoleArn"),
      precedence: request.integer("Precedence"), createdAt: now, modifiedAt: now)
    pool.settings.groups[name] = group
    return ["Group": description(group)]
  }

  func getGroup(_ request: Request) throws -> [String: JSON] { ["Group": description(try group(request))] }

  /// Changes what is given and leaves the rest.
  mutating func updateGroup(_ request: Request) throws -> [String: JSON] {
    var group = try group(request)
    group.description = request.string("Description") ?? group.description
    group.roleARN = request.string("RoleArn") ?? group.roleARN
    group.precedence = request.integer("Precedence") ?? group.precedence
    group.modifiedAt = now
    pool.settings.groups[group.name] = group
    return ["Group": description(group)]
  }

  mutating func deleteGroup(_ request: Request) throws -> [String: JSON] {
    pool.settings.groups[try group(request).name] = nil
    return [:]
  }

  func listGroups(_ request: Request) throws -> [String: JSON] {
    try listed(Array(pool.settings.groups.values), request)
  }

  mutating func adminAddUserToGroup(_ request: Request) throws -> [String: JSON] {
    let group = try group(request)
    let user = try managedUser(request)
    pool.settings.groups[group.name]?.members.insert(user.username)
    return [:]
  }

  mutating func adminRemoveUserFromGroup(_ request: Request) throws -> [String: JSON] {
    let group = try group(request)
    let user = try managedUser(request)
    pool.settings.groups[group.name]?.members.remove(user.username)
    return [:]
  }

  func adminListGroupsForUser(_ request: Request) throws -> [String: JSON] {
    try listed(pool.groups(of: try managedUser(request)), request)
  }

  func listUsersInGroup(_ request: Request) throws -> [String: JSON] {
    let group = try group(request)
    let page = try Listing(
      of: pool.users.values.filter { group.members.contains($0.username) }, after: request.string("NextToken"),
      limit: request.integer("Limit")
    ) { $0.username }
    return page.answer("Users", token: "NextToken") { .object($0.members(attributes: nil)) }
  }

  private func group(_ request: Request) throws(ServiceError) -> Group {
    guard let group = pool.settings.groups[request.text("GroupName")] else { throw .notFound("Group not found.") }
    return group
  }

  private func listed(_ groups: [Group], _ request: Request) throws -> [String: JSON] {
    let page = try Listing(
      of: groups, after: request.string("NextToken"), limit: request.integer("Limit")
    ) { $0.name }
    return page.answer("Groups", token: "NextToken", description)
  }

  private func description(_ group: Group) -> JSON {
    var members: [String: JSON] = [
      "GroupName": .string(group.name), "UserPoolId": .string(pool.id),
      "CreationDate": .number(group.createdAt), "LastModifiedDate": .number(group.modifiedAt),
    ]
    members["Description"] = group.description.map(JSON.string)
    members["RoleArn"] = group.roleARN.map(JSON.string)
    members["Precedence"] = group.precedence.map(JSON.integer)
    return .object(members)
  }
}

extension UserPool {
  /// The most important first; one without a precedence comes last.
  func groups(of user: User) -> [Group] {
    settings.groups.values.filter { $0.members.contains(user.username) }
      .sorted { ($0.precedence ?? .max, $0.name) < ($1.precedence ?? .max, $1.name) }
  }
}
