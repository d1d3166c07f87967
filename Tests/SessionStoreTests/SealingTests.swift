import Foundation
import GRDB
import SessionModel
import Testing

@testable import SessionStore

@Suite("sealed values")
struct SealingTests {
  /// A place where a sealed value lies.
  struct Place: Hashable, CustomStringConvertible {
    var table: String
    var column: String
    var key: String
    var description: String { "\(table).\(column) of \(key)" }
  }

  let place: TestStore

  init() throws { place = try TestStore() }

  /// Two sessions, two orders, two client secrets: every kind of sealed value twice.
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

  private func places() throws -> [Place] {
    var found: [Place] = []
    for (table, key, columns) in [
      ("session", "name", SessionRow.Column.allCases.map(\.rawValue)), ("revocation", "id", ["sealed"]),
      ("client_secret", "profile", ["sealed"]),
    ] {
      for row in try place.rows("SELECT \(key) AS key FROM \(table)") {
        found += columns.map { Place(table: table, column: $0, key: row["key"]) }
      }
    }
    return found
  }

  private static func key(of table: String) -> String {
    ["session": "name", "revocation": "id", "client_secret": "profile"][table] ?? ""
  }

  /// What the store names as damaged, by session, order or profile.
  private func damage() async throws -> Set<String> {
    try await place.withUnlocked { store in
      var damaged = Set(try await store.sessions().damaged.map(\.name))
      damaged.formUnion(try await store.revocationOrders().damaged.map(\.name))
      for profile in ["profile-a", "profile-b"] {
        do {
          _ = try await store.clientSecret(for: try Samples.name(profile))
        } catch is StoreError {
          damaged.insert(profile)
        }
      }
      return damaged
    }
  }

  @Test("every swap of two sealed values is refused, and what they belong to is named")
  func swaps() async throws {
    try await fill()
    #expect(try await damage().isEmpty)
    let original = try #require(FileManager.default.contents(atPath: place.path))
    let all = try places()
    #expect(all.count == 18)
    for (index, first) in all.enumerated() {
      for second in all[(index + 1)...] {
        try swap(first, second)
        #expect(try await damage() == [first.key, second.key], "\(first) and \(second)")
        try original.write(to: URL(fileURLWithPath: place.path))
      }
    }
  }

  private func swap(_ first: Place, _ second: Place) throws {
    let queue = try DatabaseQueue(path: place.path)
    defer { try? queue.close() }
    try queue.write { database in
      func value(_ place: Place) throws -> Data? {
        try Data.fetchOne(
          database, sql: "SELECT \(place.column) FROM \(place.table) WHERE \(Self.key(of: place.table)) = ?",
          arguments: [place.key])
      }
      func put(_ data: Data?, _ place: Place) throws {
        try database.execute(
          sql: "UPDATE \(place.table) SET \(place.column) = ? WHERE \(Self.key(of: place.table)) = ?",
          arguments: [data, place.key])
      }
      let (one, two) = (try value(first), try value(second))
      try put(two, first)
      try put(one, second)
    }
  }

  @Test("every single flipped bit of every sealed value of a session is refused with the column named")
  func flippedBits() async throws {
    let sealer = Sealer(key: SystemRandom().key(), random: SystemRandom())
    let row = try SessionRow(sealing: try Samples.record(), with: sealer)
    _ = try row.open(with: sealer)
    var refused = 0
    for column in SessionRow.Column.allCases {
      let value = try #require(row.sealed[column])
      for bit in 0..<(value.count * 8) {
        var changed = row
        changed.sealed[column]?[bit / 8] ^= 1 << UInt8(bit % 8)
        let found = #expect(throws: SessionRow.Mismatch.self) { try changed.open(with: sealer) }
        if found?.column == column.rawValue { refused += 1 }
        await Task.yield()
      }
    }
    #expect(refused == row.sealed.values.reduce(0) { $0 + $1.count * 8 })
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
