/// What is there to GET: each pool's keys and discovery document.
extension Router {
  func document(_ call: HTTPCall) async -> HTTPAnswer {
    let parts = call.path.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let pool = await service.userPools[parts[0]] else {
      return .text(404, "There is nothing here.")
    }
    let value: JSON
    switch parts[1] {
    case ".well-known/jwks.json": value = KeySet.jwks(pool.keys)
    case ".well-known/openid-configuration": value = KeySet.discovery(issuer: await service.issuer(pool.id))
    default: return .text(404, "There is nothing here.")
    }
    return call.method == "GET" ? .json(200, value) : Self.notAllowed("GET")
  }
}
