/// The actions of `POST /_control`: `{"NAME": {…}}`, or `{"action": "NAME", …}`.
struct ControlActions: Sendable {
  let service: PoolService
  let desk: ControlDesk
  let random: any RandomSource

  func perform(_ body: JSON) async throws -> [String: JSON] {
    var (name, object) = try Self.action(body)
    let answer: [String: JSON] =
      switch name {
      case "fault": try await fault(&object)
      case "clear": try await clear(&object)
      case "client": try await changeClient(&object)
      case "revoke": try await end(&object, .revoke)
      case "expire": try await end(&object, .expire)
      case "clock": try setClock(&object)
      case "rotate_keys": try await rotateKeys(&object)
      case "stats": try await stats(&object)
      default: throw MemberError(path: name, problem: "is not a known action")
      }
    return answer
  }

  private static func action(_ body: JSON) throws(MemberError) -> (String, StrictObject) {
    var root = try StrictObject(body, path: "")
    if let name = try root.string("action") { return (name, root) }
    guard let members = body.asObject, members.count == 1, let member = members.first else {
      throw MemberError(path: "", problem: "takes exactly one action")
    }
    return (member.key, try StrictObject(member.value, path: member.key))
  }

  private func fault(_ object: inout StrictObject) async throws -> [String: JSON] {
    let fault = try Fault(&object, freshID: random.uuid())
    try object.finish()
    await desk.add(fault)
    return ["id": .string(fault.id)]
  }

  private func clear(_ object: inout StrictObject) async throws -> [String: JSON] {
    let id = try object.string("id")
    try object.finish()
    guard await desk.clear(id) else { throw MemberError(path: object.name("id"), problem: "names no fault") }
    return [:]
  }

  private func changeClient(_ object: inout StrictObject) async throws -> [String: JSON] {
    let id = try object.required("client_id")
    let pools = await service.userPools
    guard let pool = pools.values.first(where: { $0.clients[id] != nil }), var client = pool.clients[id] else {
      throw MemberError(path: object.name("client_id"), problem: "names no client")
    }
    try client.change(&object)
    try object.finish()
    let changed = client
    try await service.change(pool.id) { $0.clients[id] = changed }
    return [:]
  }

  private func setClock(_ object: inout StrictObject) throws -> [String: JSON] {
    let offset = try object.integer("offset_seconds") ?? 0
    guard -315_360_000...315_360_000 ~= offset else {
      throw MemberError(path: object.name("offset_seconds"), problem: "must be at most ten years")
    }
    try object.finish()
    service.clock.setOffset(Seconds(offset))
    return [:]
  }

  private func rotateKeys(_ object: inout StrictObject) async throws -> [String: JSON] {
    let id = try object.required("user_pool_id")
    try object.finish()
    guard await service.userPools[id] != nil else {
      throw MemberError(path: object.name("user_pool_id"), problem: "names no user pool")
    }
    try await service.rotateKeys(id)
    return [:]
  }

  private func stats(_ object: inout StrictObject) async throws -> [String: JSON] {
    let reset = try object.bool("reset") ?? false
    try object.finish()
    return await desk.report(reset: reset)
  }
}
