import Foundation
import GRDB
import SessionModel
import Testing

@testable import SessionStore

/// A store with every kind of row twice, open, and a second connection to its file that changes it behind its back.
struct FilledStore {
  let place: TestStore
  let keyring = FixedSource(.secretService)
  let store: Keystore
  private let intruder: DatabaseQueue

  static let names = ["a", "b"]

  init() async throws {
    place = try TestStore()
    store = try await place.open([place.keyfile, keyring])
    try await store.unlock(passphrase: nil)
    try await store.addSlot(.secretService)
    for name in ["c", "d"] {
      try await store.insert(try Samples.record(name), revoking: nil)
      try await store.remove(session: try Samples.name(name), movingTokenTo: Samples.ticket())
    }
    for name in Self.names {
      try await store.insert(try Samples.record(name), revoking: nil)
      try await store.setClientSecret(Secret("client secret of \(name)"), for: try Samples.name("profile-\(name)"))
      try await store.setDevice(try Self.device(name))
    }
    intruder = try DatabaseQueue(path: place.path)
    try intrude { try $0.execute(sql: "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF") }
  }

  /// Reads or changes the file behind the store's back.
  func intrude<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try intruder.writeWithoutTransaction(body)
  }

  static func device(_ name: String, key: String = "key") throws -> StoredDevice {
    StoredDevice(
      place: DevicePlace(profile: try Samples.name("profile-\(name)"), origin: "https://idp.example \(name)"),
      username: name, aliases: [],
      device: RememberedDevice(key: key, groupKey: "group", password: Secret("device password of \(name)")))
  }

  /// Everything of it, in words.
  static let everything: Set = [
    "session a", "session b", "order c", "order d", "client secret a", "client secret b", "device a", "device b",
  ]

  /// What the store hands out, of what `everything` names.
  func served(_ store: Keystore) async throws -> Set<String> {
    var served = Set(try await store.sessions().records.map { "session \($0.name)" })
    served.formUnion(try await store.revocationOrders().orders.map { "order \($0.session)" })
    for name in Self.names {
      let profile = try Samples.name("profile-\(name)")
      if let secret = try? await store.clientSecret(for: profile) {
        #expect(secret == Secret("client secret of \(name)"))
        served.insert("client secret \(name)")
      }
      let kept = try Self.device(name)
      if let device = try await store.device(of: name, at: kept.place) {
        #expect(device == kept.device)
        served.insert("device \(name)")
      }
    }
    return served
  }

  /// What the store's check names.
  func named(_ store: Keystore) async -> Set<String> { Set(await store.check().findings.map(\.subject)) }

  /// Opens the file anew, as the next agent does.
  func reopened(_ body: (Keystore) async throws -> Void) async throws {
    let copy = try TestStore()
    try FileManager.default.createDirectory(
      atPath: "\(copy.folder.path)/data", withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    try intrude { _ = try $0.checkpoint(.truncate) }
    try FileManager.default.copyItem(atPath: place.path, toPath: copy.path)
    try FileManager.default.copyItem(atPath: place.keyfilePath, toPath: copy.keyfilePath)
    let next = try await copy.open([copy.keyfile, keyring])
    _ = await next.openAtStart()
    try await body(next)
    await next.close()
  }
}
