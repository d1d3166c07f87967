import Foundation

/// Pools in the data folder: one file each, so that two never mix.
struct PoolStore: Sendable {
  let folder: DataFolder

  private static let userPools = "user_pools"
  private static let identityPools = "identity_pools"
  private static let authority = "authority.json"

  func userPools() throws -> [String: UserPool] {
    var pools: [String: UserPool] = [:]
    for name in try folder.names(in: Self.userPools) {
      let pool = try read(UserPool.self, "\(Self.userPools)/\(name)")
      if let pool { pools[pool.id] = pool }
    }
    return pools
  }

  func save(_ pool: UserPool) throws {
    try write(pool, "\(Self.userPools)/\(pool.id).json")
  }

  func removeUserPool(_ id: String) throws { try folder.remove("\(Self.userPools)/\(id).json") }

  func identityPools() throws -> [String: IdentityPool] {
    var pools: [String: IdentityPool] = [:]
    for name in try folder.names(in: Self.identityPools) {
      let pool = try read(IdentityPool.self, "\(Self.identityPools)/\(name)")
      if let pool { pools[pool.id] = pool }
    }
    return pools
  }

  func save(_ pool: IdentityPool) throws { try write(pool, "\(Self.identityPools)/\(pool.id).json") }

  func removeIdentityPool(_ id: String) throws { try folder.remove("\(Self.identityPools)/\(id).json") }

  func authority() throws -> Authority? { try read(Authority.self, Self.authority) }
  func save(_ authority: Authority) throws { try write(authority, Self.authority) }

  /// The port of the last run.
  func port() throws -> Int? { try read(Int.self, "port") }
  func save(port: Int) throws { try write(port, "port") }

  private func read<T: Decodable>(_ type: T.Type, _ name: String) throws -> T? {
    guard let data = try folder.read(name) else { return nil }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw StorageError(path: "\(folder.path)/\(name)", problem: "is damaged or of another version")
    }
  }

  private func write(_ value: some Encodable, _ name: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try folder.write(try encoder.encode(value), to: name)
  }
}
