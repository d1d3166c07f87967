import Foundation
import GRDB
import SessionModel
import SessionStore
import Testing

@Suite("no secret in the clear")
struct PlaintextTests {
  let place: TestStore

  init() throws { place = try TestStore() }

  /// Planted secrets; each is looked for as it is and in base64.
  private let marks = [
    "planted-1", "planted-2", "planted-rotated", "planted-client-secret", "planted passphrase", "sub-work", "user-work",
  ]

  private func found() throws -> [String] {
    var found: [String] = []
    for (name, bytes) in try place.folder.contents() {
      for mark in marks {
        for needle in [Data(mark.utf8), Data(Data(mark.utf8).base64EncodedString().prefix(8).utf8)]
        where bytes.range(of: needle) != nil {
          found.append("\(mark) in \(name)")
        }
      }
    }
    return found
  }

  @Test("planted secrets are in no file of the folder, log included, after sign-in, refresh, rotation and logout")
  func planted() async throws {
    let name = try Samples.name("work")
    let store = try await place.open([TestStore.passphrase], choice: .only(.passphrase))
    try await store.unlock(passphrase: Secret("planted passphrase"))
    let record = try Samples.record(mark: "planted-1")
    try await store.insert(record, revoking: nil)
    try await store.setClientSecret(Secret("planted-client-secret"), for: record.profile)
    #expect(try found() == [])
    try await store.recordRefreshIntent(session: name, attempt: 1)
    try await store.storeRotatedRefreshToken(session: name, refreshToken: Secret("planted-rotated"), attempt: 1)
    try await store.commitRefresh(
      session: name, generation: Generation(2), tokens: Samples.tokens(2, mark: "planted-2"), at: record.signedInAt)
    #expect(try place.folder.contents().keys.contains("data/keystore.sqlite-wal"))
    #expect(try found() == [])
    try await store.remove(session: name, order: try Samples.order(record))
    #expect(try found() == [])
    await store.close()
    #expect(try found() == [])
  }

  @Test("the search finds a secret that is there")
  func control() async throws {
    let store = try await place.unlocked()
    try await store.setCache(key: "k", value: Array("…planted-1…".utf8))
    #expect(try !found().isEmpty)
    await store.close()
  }

  @Test("after logout not even the sealed values are left, in the file or its log")
  func sealedValuesGo() async throws {
    let name = try Samples.name("work")
    let store = try await place.unlocked()
    try await store.insert(try Samples.record(), revoking: nil)
    var sealed: [Data] = []
    for column in ["access_token", "id_token", "refresh_token", "details", "revocation"] {
      sealed.append(try #require(try place.rows("SELECT \(column) AS value FROM session").first)["value"])
    }
    func left() throws -> Int {
      let files = try place.folder.contents().values
      return sealed.filter { value in files.contains { $0.range(of: value.suffix(16)) != nil } }.count
    }
    #expect(try left() == sealed.count)
    try await store.recordRefreshIntent(session: name, attempt: 1)
    try await store.remove(session: name, order: nil)
    #expect(try left() == 0)
    #expect(FileManager.default.contents(atPath: "\(place.path)-wal")?.isEmpty == true)
    await store.close()
  }
}
