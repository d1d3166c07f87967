/// A device that a user pool remembers for a user: what proves it takes the place of a second factor
/// (Cognito Developer Guide, "Working with user devices").
public struct RememberedDevice: Hashable, Sendable {
  /// `DeviceKey`.
  public var key: String
  /// `DeviceGroupKey`.
  public var groupKey: String
  /// The device's own password, drawn when it was confirmed.
  public var password: Secret
  /// A device.
  public init(key: String, groupKey: String, password: Secret) {
    self.key = key
    self.groupKey = groupKey
    self.password = password
  }
}

/// What is kept of remembered devices, as a sign-in sees it.
public protocol DeviceMemory: Sendable {
  /// The device of the user whom that name, an alias or the pool's own, has signed in before.
  func device(of username: String) async -> RememberedDevice?
  /// The pool does not know the device any more.
  func forget(_ device: RememberedDevice) async
}
