internal import Foundation
internal import GRDB
public import SessionModel

extension Keystore {
  /// The device that a pool remembers for the user whom that name, an alias or the pool's own, has signed in at that
  /// place.
  public func device(of name: String, at place: DevicePlace) throws(StoreError) -> RememberedDevice? {
    let (rows, sealer) = try read { database, sealer in
      let mismatches = try mismatches(database)
      return (
        try DeviceRow.all(of: place.profile.rawValue, database).filter { mismatches[$0.place] == nil }, sealer
      )
    }
    // One that does not open, or is not as it was stored, is as good as none: the pool then takes this for a new device.
    let devices = rows.compactMap { $0.open(with: sealer) }.filter { $0.place == place }
    return (devices.first { $0.username == name } ?? devices.first { $0.aliases.contains(name) })?.device
  }

  /// Keeps a device in the place of any other of the same user there. Those that were taken away outside the agent are
  /// no longer missed then.
  public func setDevice(_ stored: StoredDevice) throws(StoreError) {
    let present = Set(try read { database, _ in try rows(database).keys })
    try write(noting: { manifest in
      manifest.entries = manifest.entries.filter { $0.key.table != "device" || present.contains($0.key) }
    }) { database, sealer in
      let profile = stored.place.profile.rawValue
      for row in try DeviceRow.all(of: profile, database) {
        guard let old = row.open(with: sealer), old.place == stored.place else { continue }
        if old.username == stored.username || old.device.key == stored.device.key { try row.delete(database) }
      }
      try DeviceRow(sealing: stored, id: random.hexadecimal(bytes: 16), with: sealer).insert(database)
    }
    eraseWherePossible()
  }

  /// Forgets the device of that key.
  public func removeDevice(key: String, at place: DevicePlace) throws(StoreError) {
    try write { database, sealer in
      for row in try DeviceRow.all(of: place.profile.rawValue, database)
      where row.open(with: sealer)?.device.key == key { try row.delete(database) }
    }
    try erase()
  }

  /// Forgets all devices of a profile; needs no key.
  public func removeDevices(of profile: ProfileName) throws(StoreError) {
    let forgotten: Void? = try writeWithoutKey {
      try $0.execute(sql: "DELETE FROM device WHERE profile = ?", arguments: [profile.rawValue])
    }
    if forgotten != nil { try erase() }
  }
}
