/// A seed file: pools with their clients and users, as they are to be on the first start.
struct Seed: Sendable {
  var userPools: [UserPoolSeed] = []
  var identityPools: [IdentityPool] = []

  init(parsing bytes: [UInt8]) throws(MemberError) {
    let json: JSON
    do {
      json = try JSON(parsing: bytes)
    } catch {
      throw MemberError(path: "", problem: "is not JSON")
    }
    var root = try StrictObject(json, path: "")
    userPools = try root.objects("user_pools") { object throws(MemberError) in try UserPoolSeed(&object) }
    identityPools = try root.objects("identity_pools") { object throws(MemberError) in try IdentityPool(&object) }
    try root.finish()
    try checkUnique()
  }

  private func checkUnique() throws(MemberError) {
    try Self.refuseRepeated(userPools.map(\.id), in: "user_pools")
    try Self.refuseRepeated(userPools.flatMap { $0.clients.map(\.id) }, in: "user_pools[].clients")
    try Self.refuseRepeated(identityPools.map(\.id), in: "identity_pools")
  }

  private static func refuseRepeated(_ ids: [String], in place: String) throws(MemberError) {
    var seen: Set<String> = []
    for id in ids where !seen.insert(id).inserted {
      throw MemberError(path: place, problem: "the id \(id) is there twice")
    }
  }
}

extension StrictObject {
  /// A required member whose text has one of the model's patterns.
  mutating func required(
    _ member: String, matching pattern: String, upTo length: Int
  ) throws(MemberError) -> String {
    let text = try required(member)
    guard let pattern = try? Pattern(pattern), pattern.matches(text), text.utf16.count <= length else {
      throw MemberError(path: name(member), problem: "must match \(pattern) and have at most \(length) characters")
    }
    return text
  }

  mutating func positive(_ member: String, default value: Int) throws(MemberError) -> Int {
    let number = try integer(member) ?? value
    guard 1...315_360_000 ~= number else {
      throw MemberError(path: name(member), problem: "must be between 1 and 315360000")
    }
    return number
  }
}
