/// A device that a user has signed in on.
struct Device: Codable, Sendable, Equatable {
  let key: String
  let groupKey: String
  var name: String?
  /// There once the device has been confirmed.
  var secret: PasswordVerifier?
  var isRemembered = false
  let createdAt: Seconds
  var modifiedAt: Seconds
  var lastSignInAt: Seconds

  var isConfirmed: Bool { secret != nil }

  /// Whom a device proof is about: the group stands where a pool's name does.
  var identity: SRPIdentity { SRPIdentity(realm: groupKey, name: key) }
}

extension User {
  /// Devices that have been confirmed, the oldest first.
  var confirmedDevices: [Device] {
    devices.values.filter(\.isConfirmed).sorted { ($0.createdAt, $0.key) < ($1.createdAt, $1.key) }
  }
}
