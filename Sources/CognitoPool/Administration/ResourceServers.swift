/// Resource servers: APIs with scopes of their own.
extension PoolTurn {
  mutating func createResourceServer(_ request: Request) throws -> [String: JSON] {
    let identifier = request.text("Identifier")
    guard pool.settings.resourceServers[identifier] == nil else {
      throw ServiceError.invalidParameter("\(identifier) already exists in user pool \(pool.id).")
    }
    return try put(request)
  }

  func describeResourceServer(_ request: Request) throws -> [String: JSON] {
    ["ResourceServer": description(try server(request))]
  }

  /// Replaces name and scopes: a scope that is left out is gone.
  mutating func updateResourceServer(_ request: Request) throws -> [String: JSON] {
    _ = try server(request)
    return try put(request)
  }

  mutating func deleteResourceServer(_ request: Request) throws -> [String: JSON] {
    pool.settings.resourceServers[try server(request).identifier] = nil
    return [:]
  }

  func listResourceServers(_ request: Request) throws -> [String: JSON] {
    let page = try Listing(
      of: Array(pool.settings.resourceServers.values), after: request.string("NextToken"),
      limit: request.integer("MaxResults"), most: 50
    ) { $0.identifier }
    return page.answer("ResourceServers", token: "NextToken", description)
  }

  private mutating func put(_ request: Request) throws -> [String: JSON] {
    let scopes = (request.objects("Scopes") ?? []).map { scope in
      (scope["ScopeName"]?.asString ?? "", scope["ScopeDescription"]?.asString ?? "")
    }
    let server = ResourceServer(
      identifier: request.text("Identifier"), name: request.text("Name"), scopes: Dictionary(scopes) { $1 })
    pool.settings.resourceServers[server.identifier] = server
    return ["ResourceServer": description(server)]
  }

  private func server(_ request: Request) throws(ServiceError) -> ResourceServer {
    guard let server = pool.settings.resourceServers[request.text("Identifier")] else {
      throw .notFound("Resource server \(request.text("Identifier")) does not exist.")
    }
    return server
  }

  private func description(_ server: ResourceServer) -> JSON {
    let scopes = server.scopes.sorted { $0.key < $1.key }.map { name, text in
      JSON.strings(["ScopeName": name, "ScopeDescription": text])
    }
    return .object([
      "UserPoolId": .string(pool.id), "Identifier": .string(server.identifier), "Name": .string(server.name),
      "Scopes": .array(scopes),
    ])
  }
}
