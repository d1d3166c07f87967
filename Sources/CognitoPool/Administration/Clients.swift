/// Create, describe, update, delete and list app clients.
extension PoolTurn {
  mutating func createUserPoolClient(_ request: Request) throws -> [String: JSON] {
    let id = random.letters(26, of: "0123456789abcdefghijklmnopqrstuvwxyz")
    var client = AppClient(id: id, name: request.text("ClientName"))
    let wantsSecret = request.bool("GenerateSecret") ?? false
    if wantsSecret, request.string("ClientSecret") != nil {
      throw ServiceError.invalidParameter("GenerateSecret and ClientSecret can't be used together.")
    }
    client.secret =
      wantsSecret
      ? random.letters(52, of: "0123456789abcdefghijklmnopqrstuvwxyz") : request.string("ClientSecret")
    try pool.configure(&client, by: request)
    client.settings.createdAt = now
    client.settings.modifiedAt = now
    pool.clients[id] = client
    return ["UserPoolClient": client.description(in: pool)]
  }

  func describeUserPoolClient(_ request: Request) throws -> [String: JSON] {
    ["UserPoolClient": try client(request.text("ClientId")).description(in: pool)]
  }

  /// What is left out returns to its default; only name and secret stay.
  mutating func updateUserPoolClient(_ request: Request) throws -> [String: JSON] {
    let old = try client(request.text("ClientId"))
    var client = AppClient(id: old.id, name: request.string("ClientName") ?? old.name, secret: old.secret)
    try pool.configure(&client, by: request)
    client.settings.createdAt = old.settings.createdAt
    client.settings.modifiedAt = now
    pool.clients[client.id] = client
    return ["UserPoolClient": client.description(in: pool)]
  }

  mutating func deleteUserPoolClient(_ request: Request) throws -> [String: JSON] {
    let client = try client(request.text("ClientId"))
    pool.clients[client.id] = nil
    pool.settings.customizations[client.id] = nil
    let ended = Set(pool.grants.values.filter { $0.clientID == client.id }.map(\.id))
    for id in ended { pool.grants[id] = nil }
    pool.refreshTokens = pool.refreshTokens.filter { !ended.contains($0.value.grant) }
    return [:]
  }

  func listUserPoolClients(_ request: Request) throws -> [String: JSON] {
    let clients = request.string("ClientType") == "DCR" ? [] : Array(pool.clients.values)
    let page = try Listing(
      of: clients, after: request.string("NextToken"), limit: request.integer("MaxResults")
    ) { $0.id }
    return page.answer("UserPoolClients", token: "NextToken") { client in
      .strings(["ClientId": client.id, "UserPoolId": pool.id, "ClientName": client.name])
    }
  }
}
