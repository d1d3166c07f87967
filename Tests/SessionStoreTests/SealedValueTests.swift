import Foundation
import GRDB
import SessionModel
import Testing

@testable import SessionStore

/// The sentence is the promise; the values are found by the schema, so that a later sealed column is covered or fails.
@Suite("every single-bit flip of every sealed value, and every swap of two, is refused with its session named")
struct SealedValueTests {
  let filled: FilledStore
  let places: [SealedPlace]

  init() async throws {
    filled = try await FilledStore()
    places = try filled.intrude { try SealedPlace.all($0) }
  }

  private static func flipped(_ value: Data, _ bit: Int) -> Data {
    var value = value
    value[value.startIndex + bit / 8] ^= 1 << UInt8(bit % 8)
    return value
  }

  /// Those that an open store reads at each use, and those that only an opening reads.
  private var read: [SealedPlace] { places.filter { !["slot", "manifest"].contains($0.table) } }
  private var readAtOpening: [SealedPlace] { places.filter { ["slot", "manifest"].contains($0.table) } }

  @Test("they are these: of sessions, orders, client secrets, devices, slots, and the manifest; all is well with them")
  func inventory() async throws {
    let columns = Dictionary(grouping: places) { "\($0.table).\($0.column)" }.mapValues(\.count)
    let expected =
      SessionRow.Column.allCases.map { ("session.\($0.rawValue)", 2) } + [
        ("revocation.sealed", 2), ("client_secret.sealed", 2), ("device.sealed", 2), ("slot.wrapped", 2),
        ("manifest.sealed", 1),
      ]
    #expect(columns == Dictionary(uniqueKeysWithValues: expected))
    #expect(try await filled.served(filled.store) == FilledStore.everything)
    #expect(await filled.named(filled.store).isEmpty)
    try await filled.reopened { store in
      #expect(await store.status.lastError == nil)
      let served = try await filled.served(store)
      #expect(served == FilledStore.everything)
    }
  }

  /// A sealed value's place, and whether a value opens there.
  private typealias Opener = (place: SealedPlace, opens: (Data) -> Bool)

  private func place(_ table: String, _ column: String, _ row: Int64) throws -> SealedPlace {
    try #require(places.first { $0.table == table && $0.column == column && $0.row == row })
  }

  private func openersOfRows(_ sealer: Sealer) throws -> [Opener] {
    try filled.intrude { database in
      try SealedTable.all.flatMap { table in
        try Row.fetchAll(database, sql: "SELECT rowid AS place, * FROM \(table.name)").flatMap { row in
          try table.values(row).map { value in
            (try place(table.name, value.column, row["place"]), { (try? sealer.open($0, value.context)) != nil })
          }
        }
      }
    }
  }

  private func opener(_ slot: Slot, _ key: WrappingKey, _ storeID: String) throws -> Opener {
    let place = try #require(places.first { $0.subject == "the \(slot.source.rawValue) slot" })
    return (
      place,
      { value in
        var slot = slot
        slot.wrapped = value
        return (try? slot.unwrap(with: key, storeID: storeID, random: SystemRandom())) != nil
      }
    )
  }

  @Test("each bit of each: it does not open at its place, by the key that sealed it")
  func everyBit() async throws {
    let (_, sealer) = try await filled.store.unlocked()
    let (storeID, slots) = (await filled.store.storeID, await filled.store.slots)
    var openers = try openersOfRows(sealer)
    for slot in slots {
      let source: any KeySource = slot.source == .keyfile ? filled.place.keyfile : filled.keyring
      let key = try await source.wrappingKey(
        for: KeyRequest(storeID: storeID, parameters: slot.parameters, createIfMissing: false))
      openers.append(try opener(slot, key, storeID))
    }
    let manifest = try place("manifest", "sealed", 1)
    openers.append((manifest, { (try? sealer.open($0, Manifest.context(storeID: storeID))) != nil }))

    #expect(Set(openers.map(\.place)) == Set(places), "every value is tried")
    for (place, opens) in openers {
      #expect(opens(place.value), "\(place) as it is")
      let open = (0..<place.value.count * 8).filter { opens(Self.flipped(place.value, $0)) }
      #expect(open.isEmpty, "\(place)")
      await Task.yield()
    }
  }

  @Test("a bit of each sixteenth byte, in the store: what it belongs to is named and refused, all else is served")
  func servedBeside() async throws {
    let offset = Int.random(in: 0..<128)
    for place in read {
      for bit in stride(from: offset, to: place.value.count * 8, by: 128) {
        try filled.intrude { try place.put(Self.flipped(place.value, bit), $0) }
        try await expect(filled.store, without: [place], "\(place), bit \(bit)")
        try filled.intrude { try place.put(place.value, $0) }
      }
    }
    #expect(try await filled.served(filled.store) == FilledStore.everything, "all was put back")
  }

  @Test("a bit of what an opening reads: a slot is named and the other opens; without the manifest nothing is served")
  func atOpening() async throws {
    for place in readAtOpening {
      for bit in [0, Int.random(in: 1..<(place.value.count * 8 - 1)), place.value.count * 8 - 1] {
        try filled.intrude { try place.put(Self.flipped(place.value, bit), $0) }
        try await filled.reopened { try await expect($0, without: [place], "\(place), bit \(bit)") }
      }
      try filled.intrude { try place.put(place.value, $0) }
    }
  }

  @Test("each swap of two, of one kind or of two: both are named and refused, all else is served")
  func swaps() async throws {
    for (index, first) in places.enumerated() {
      for second in places[(index + 1)...] {
        try filled.intrude { database in
          try first.put(second.value, database)
          try second.put(first.value, database)
        }
        let comment: Comment = "\(first) and \(second)"
        if readAtOpening.contains(where: { $0 == first || $0 == second }) {
          try await filled.reopened { try await expect($0, without: [first, second], comment) }
        } else {
          try await expect(filled.store, without: [first, second], comment)
        }
        try filled.intrude { database in
          try first.put(first.value, database)
          try second.put(second.value, database)
        }
      }
    }
  }

  private func expect(_ store: Keystore, without broken: [SealedPlace], _ comment: Comment) async throws {
    let status = await store.status
    if broken.filter({ $0.table == "slot" }).count == 2 {
      #expect(status.state == .damaged && status.lastError?.contains("slot") == true, comment)
      return
    }
    if broken.contains(where: { $0.table == "manifest" }) {
      #expect(status.state == .damaged && status.lastError?.contains("(a, b)") == true, comment)
      await #expect(throws: StoreError.self, comment) { try await filled.served(store) }
      return
    }
    #expect(status.state == .unlocked, comment)
    let named = await filled.named(store)
    #expect(named == Set(broken.map(\.subject)), comment)
    #expect(try await filled.served(store) == FilledStore.everything.subtracting(broken.map(\.thing)), comment)
    for place in broken where place.table == "session" {
      let name = place.subject.dropFirst("session ".count)
      #expect(try await store.sessions().damaged.map(\.name).contains(String(name)), comment)
    }
  }
}
