import Foundation
import GRDB
import SessionModel
import Testing

@testable import SessionStore

@Suite("sealed values")
struct SealingTests {
  let place: TestStore

  init() throws { place = try TestStore() }

  private func fill() async throws {
    try await place.withUnlocked { store in
      for name in ["c", "d"] {
        try await store.insert(try Samples.record(name), revoking: nil)
        try await store.remove(session: try Samples.name(name), movingTokenTo: Samples.ticket())
      }
      for name in ["a", "b"] {
        try await store.insert(try Samples.record(name), revoking: nil)
        try await store.setClientSecret(Secret("client secret of \(name)"), for: try Samples.name("profile-\(name)"))
      }
    }
  }

  @Test("a flipped bit in each byte of each sealed value of a session is refused with the column named")
  func flippedBits() throws {
    let sealer = Sealer(key: SystemRandom().key(), random: SystemRandom())
    let row = try SessionRow(sealing: try Samples.record(), with: sealer)
    _ = try row.open(with: sealer)
    var refused = 0
    for column in SessionRow.Column.allCases {
      let value = try #require(row.sealed[column])
      for byte in value.indices {
        var changed = row
        changed.sealed[column]?[byte] ^= 1 << UInt8(byte % 8)
        let found = #expect(throws: SessionRow.Mismatch.self) { try changed.open(with: sealer) }
        if found?.column == column.rawValue { refused += 1 }
      }
    }
    #expect(refused == row.sealed.values.reduce(0) { $0 + $1.count })
  }

  @Test("a sealed value that is missing, or is where there should be none, is refused")
  func missingAndSurplus() throws {
    let sealer = Sealer(key: SystemRandom().key(), random: SystemRandom())
    let row = try SessionRow(sealing: try Samples.record(), with: sealer)
    for column in SessionRow.Column.allCases {
      var changed = row
      changed.sealed[column] = nil
      #expect(throws: SessionRow.Mismatch.self, "\(column)") { try changed.open(with: sealer) }
    }
    var bare = try Samples.record()
    bare.tokens.id = nil
    bare.tokens.refreshToken = nil
    bare.tokens.access.claims = nil
    let bareRow = try SessionRow(sealing: bare, with: sealer)
    for column in SessionRow.Column.allCases where bareRow.sealed[column] == nil {
      var changed = bareRow
      changed.sealed[column] = try sealer.seal(Secret("x"), bareRow.context(column))
      #expect(throws: SessionRow.Mismatch.self, "\(column)") { try changed.open(with: sealer) }
    }
  }

  @Test(
    "an edited clear column makes its session damaged, by name, and the others are served",
    arguments: [
      "id = 'x'", "profile = 'x'", "provider = 'oidc'", "issuer = 'https://evil.example'", "client_id = 'x'",
      "generation = generation + 1",
    ])
  func clearColumns(_ edit: String) async throws {
    try await fill()
    try place.tamper("UPDATE session SET \(edit) WHERE name = 'a'")
    let loaded = try await place.withUnlocked { try await $0.sessions() }
    #expect(loaded.damaged.map(\.name) == ["a"])
    #expect(loaded.records.map(\.name.rawValue) == ["b"])
  }

  @Test("a session that was renamed in the file is damaged under its new name, and gone under its old")
  func renamed() async throws {
    try await fill()
    try place.tamper("INSERT INTO generation VALUES ('z', 1)")
    try place.tamper("UPDATE session SET name = 'z' WHERE name = 'a'")
    let loaded = try await place.withUnlocked { try await $0.sessions() }
    #expect(loaded.damaged.map(\.name) == ["z", "a"])
  }

  @Test("a row from another store, of the same name, does not open")
  func otherStore() async throws {
    let other = try TestStore()
    try await other.withUnlocked { try await $0.insert(try Samples.record("a"), revoking: nil) }
    try await place.withUnlocked { try await $0.insert(try Samples.record("a"), revoking: nil) }
    let foreign = try #require(try other.rows("SELECT * FROM session").first)
    for column in foreign.columnNames {
      try place.tamper("UPDATE session SET \(column) = ?", [foreign[column] as DatabaseValue])
    }
    #expect(try await place.withUnlocked { try await $0.sessions() }.damaged.map(\.name) == ["a"])
  }

  @Test(
    "an order whose origin or profile was edited is named and not carried out",
    arguments: [
      "issuer = 'https://evil.example'", "client_id = 'x'", "profile = 'x'", "session = 'x'", "subject = 'x'",
    ])
  func editedOrder(_ edit: String) async throws {
    try await fill()
    try place.tamper("UPDATE revocation SET \(edit) WHERE session = 'c'")
    let orders = try await place.withUnlocked { try await $0.revocationOrders() }
    #expect(orders.orders.map(\.session.rawValue) == ["d"])
    #expect(orders.damaged.count == 1)
  }

  @Test("contexts of different fields never have the same bytes")
  func contexts() {
    func context(_ bound: [String], row: String = "r") -> [UInt8] {
      SealContext(table: "t", row: row, column: "c", bound: bound).bytes
    }
    let all = [
      context(["ab", "c"]), context(["a", "bc"]), context(["abc"]), context(["abc", ""]), context([], row: "rabc"),
    ]
    #expect(Set(all).count == all.count)
  }
}
