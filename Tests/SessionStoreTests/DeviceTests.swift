import Foundation
import GRDB
import SessionModel
import SessionStore
import Testing

@Suite("remembered devices")
struct DeviceTests {
  private let profile: Name
  private let place: DevicePlace

  init() throws {
    profile = try Samples.name("work")
    place = DevicePlace(profile: profile, origin: "https://idp.example eu-west-1_abc client")
  }

  private func device(_ key: String) -> RememberedDevice {
    RememberedDevice(key: key, groupKey: "-group", password: Secret("device-password-\(key)"))
  }

  private func stored(_ key: String, user: String = "uuid", aliases: [String] = ["ann@example.org"]) -> StoredDevice {
    StoredDevice(place: place, username: user, aliases: aliases, device: device(key))
  }

  @Test("one is found by the user's name and alias, after a restart too, and by no other name")
  func found() async throws {
    let house = try TestStore()
    try await house.withUnlocked { try await $0.setDevice(stored("d1")) }
    try await house.withUnlocked { store in
      var found: [RememberedDevice?] = []
      for name in ["uuid", "ann@example.org", "UUID", "bob", ""] {
        found.append(try await store.device(of: name, at: place))
      }
      #expect(found == [device("d1"), device("d1"), nil, nil, nil])
    }
  }

  @Test("the pool's own name goes before somebody else's alias of the same spelling")
  func ownNameFirst() async throws {
    try await TestStore().withUnlocked { store in
      try await store.setDevice(stored("d1", user: "one", aliases: ["two"]))
      try await store.setDevice(stored("d2", user: "two", aliases: []))
      #expect(try await store.device(of: "two", at: place) == device("d2"))
    }
  }

  @Test("it is of no use at another pool, client or profile")
  func otherPlace() async throws {
    try await TestStore().withUnlocked { store in
      try await store.setDevice(stored("d1"))
      let moved = DevicePlace(profile: profile, origin: "https://evil.example eu-west-1_abc client")
      let other = DevicePlace(profile: try Samples.name("other"), origin: place.origin)
      #expect(try await store.device(of: "uuid", at: moved) == nil)
      #expect(try await store.device(of: "uuid", at: other) == nil)
    }
  }

  @Test("a user's new device takes the place of the old one, and nobody else's")
  func replaced() async throws {
    let house = try TestStore()
    try await house.withUnlocked { store in
      try await store.setDevice(stored("d1"))
      try await store.setDevice(stored("d2", user: "bob", aliases: []))
      try await store.setDevice(stored("d3"))
      #expect(try await store.device(of: "uuid", at: place) == device("d3"))
      #expect(try await store.device(of: "bob", at: place) == device("d2"))
    }
    #expect(try house.rows("SELECT id FROM device").count == 2)
  }

  @Test("it is forgotten by its key, or with its profile, also while the store is locked")
  func forgotten() async throws {
    let house = try TestStore()
    try await house.withUnlocked { store in
      try await store.setDevice(stored("d1"))
      try await store.setDevice(stored("d2", user: "bob", aliases: []))
      try await store.removeDevice(key: "d1", at: place)
      try await store.removeDevice(key: "unknown", at: place)
      #expect(try await store.device(of: "uuid", at: place) == nil)
      #expect(try await store.device(of: "bob", at: place) == device("d2"))
      await store.lock()
      await #expect(throws: StoreError.self) { _ = try await store.device(of: "bob", at: place) }
      try await store.removeDevices(of: profile)
    }
    #expect(try house.rows("SELECT id FROM device").isEmpty)
  }

  @Test("neither its secret nor the user's name is in the file, and after forgetting nothing of it is")
  func sealed() async throws {
    let house = try TestStore()
    let store = try await house.unlocked()
    try await store.setDevice(stored("d1"))
    let sealed = try #require(try house.rows("SELECT sealed FROM device").first?["sealed"] as Data?)
    func files() throws -> Data {
      try ["", "-wal"].map { "\(house.path)\($0)" }.filter(FileManager.default.fileExists(atPath:))
        .map { try Data(contentsOf: URL(fileURLWithPath: $0)) }.reduce(Data(), +)
    }
    let before = try files()
    for text in ["device-password", "ann@example.org", "uuid", "-group"] {
      #expect(before.range(of: Data(text.utf8)) == nil, "\(text)")
    }
    try await store.removeDevice(key: "d1", at: place)
    #expect(try files().range(of: sealed) == nil)
    await store.close()
  }

  @Test("one that was moved to another row or profile does not open, and is no device")
  func moved() async throws {
    let house = try TestStore()
    try await house.withUnlocked { try await $0.setDevice(stored("d1")) }
    try house.tamper("UPDATE device SET profile = 'other'")
    try await house.withUnlocked { store in
      let other = DevicePlace(profile: try Samples.name("other"), origin: place.origin)
      #expect(try await store.device(of: "uuid", at: other) == nil)
    }
  }
}
