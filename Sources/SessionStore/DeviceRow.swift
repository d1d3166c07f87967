internal import Foundation
internal import GRDB
internal import SessionModel
internal import WireJSON

/// A remembered device as the table has it: everything but the profile's name is sealed, the user's name too.
struct DeviceRow {
  var id: String
  var profile: String
  var sealed: Data

  var place: Manifest.Place { Manifest.Place(table: "device", key: id) }

  static func context(id: String, profile: String) -> SealContext {
    SealContext(table: "device", row: id, column: "sealed", bound: [profile])
  }

  init(_ row: Row) throws {
    id = try row.checked("id")
    profile = try row.checked("profile")
    sealed = try row.checked("sealed")
  }

  static func all(of profile: String, _ database: Database) throws -> [DeviceRow] {
    try Row.fetchAll(database, sql: "SELECT * FROM device WHERE profile = ? ORDER BY id", arguments: [profile])
      .map { try DeviceRow($0) }
  }

  func insert(_ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO device (id, profile, sealed) VALUES (?, ?, ?)", arguments: [id, profile, sealed])
  }

  func delete(_ database: Database) throws {
    try database.execute(sql: "DELETE FROM device WHERE id = ?", arguments: [id])
  }
}

extension DeviceRow {
  init(sealing stored: StoredDevice, id: String, with sealer: Sealer) throws {
    self.id = id
    profile = stored.place.profile.rawValue
    sealed = try sealer.seal(stored.encoded, DeviceRow.context(id: id, profile: profile))
  }

  /// Nil where it does not open, or is not what was stored.
  func open(with sealer: Sealer) -> StoredDevice? {
    guard let profile = ProfileName(profile),
      let plain = try? sealer.open(sealed, DeviceRow.context(id: id, profile: profile.rawValue))
    else { return nil }
    return StoredDevice(plain, profile)
  }
}

extension StoredDevice {
  fileprivate var encoded: Secret {
    let head: JSONValue = [
      "origin": .string(place.origin), "username": .string(username), "aliases": .array(aliases.map(JSONValue.string)),
      "key": .string(device.key), "group_key": .string(device.groupKey),
    ]
    return HeadedSecret(head: head, secret: device.password).encoded
  }

  fileprivate init?(_ encoded: Secret, _ profile: ProfileName) {
    guard let headed = HeadedSecret(encoded), let origin = headed.head["origin"]?.string,
      let username = headed.head["username"]?.string, let aliases = headed.head["aliases"]?.array,
      let key = headed.head["key"]?.string, let groupKey = headed.head["group_key"]?.string
    else { return nil }
    self.init(
      place: DevicePlace(profile: profile, origin: origin), username: username,
      aliases: aliases.compactMap(\.string),
      device: RememberedDevice(key: key, groupKey: groupKey, password: headed.secret))
  }
}
