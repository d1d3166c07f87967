public import SessionModel

/// Where a device is remembered: under a profile, and at the pool and client that this meant at the sign-in.
public struct DevicePlace: Hashable, Sendable {
  /// The profile.
  public var profile: ProfileName
  /// The service, the pool and the client: a device is of no use at another.
  public var origin: String
  /// A place.
  public init(profile: ProfileName, origin: String) {
    self.profile = profile
    self.origin = origin
  }
}

/// A device as it is kept: for one user of a pool, whatever session is signed in with it.
public struct StoredDevice: Hashable, Sendable {
  /// Where.
  public var place: DevicePlace
  /// The pool's own name of the user.
  public var username: String
  /// Other names that the user signed in by.
  public var aliases: [String]
  /// The device.
  public var device: RememberedDevice
  /// A device of that user.
  public init(place: DevicePlace, username: String, aliases: [String], device: RememberedDevice) {
    self.place = place
    self.username = username
    self.aliases = aliases
    self.device = device
  }
}
