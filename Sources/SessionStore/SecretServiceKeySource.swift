internal import Glibc
internal import SessionCrypto
public import SessionModel

/// A key in the user's keyring, by the Secret Service API (freedesktop.org) through libsecret: GNOME Keyring, KWallet,
/// KeePassXC. An item of 32 random bytes in base64 for each store. It never opens a prompt.
public struct SecretServiceKeySource: KeySource {
  /// `secret-service`.
  public let name = KeySourceName.secretService
  private let address: String?
  private let deadlineMilliseconds: Int
  private let random: any RandomSource
  private static let length = 32

  /// The service on the session bus.
  ///
  /// - Parameters:
  ///   - address: the bus; by default the one of the environment, as `sessionBusAddress` finds it.
  ///   - deadlineMilliseconds: within these there is an answer.
  public init(
    address: String? = SecretServiceKeySource.sessionBusAddress(), deadlineMilliseconds: Int = 2000,
    random: any RandomSource
  ) {
    self.address = address
    self.deadlineMilliseconds = deadlineMilliseconds
    self.random = random
  }

  /// `$DBUS_SESSION_BUS_ADDRESS`, else the socket `bus` in `$XDG_RUNTIME_DIR`. A bus is never started for it.
  public static func sessionBusAddress() -> String? {
    if let value = getenv("DBUS_SESSION_BUS_ADDRESS"), value.pointee != 0 {
      let address = String(cString: value)
      return address.hasPrefix("autolaunch:") ? nil : address
    }
    guard let folder = getenv("XDG_RUNTIME_DIR") else { return nil }
    let socket = String(cString: folder) + "/bus"
    return access(socket, F_OK) == 0 ? "unix:path=\(socket)" : nil
  }

  /// Finds the store's item; makes it where it is absent and the store is new.
  public func wrappingKey(for request: KeyRequest) async throws(KeySourceError) -> WrappingKey {
    guard let address else {
      throw .unavailable(
        "There is no session bus to reach a secret service on. Use a passphrase: agentctl unlock")
    }
    let new = request.createIfMissing ? random.key(Self.length) : nil
    let deadline = deadlineMilliseconds
    let late = KeySourceError.timedOut(SecretServiceConnection.late(deadline))
    let answer: Result<Secret, KeySourceError> = await BoundedCall.run(milliseconds: deadline, late: .failure(late)) {
      cancellation in
      Result { () throws(KeySourceError) in
        let connection = try SecretServiceConnection(address: address, deadline: deadline, cancellation)
        return try Self.key(storeID: request.storeID, new: new, connection)
      }
    }
    return WrappingKey(key: try answer.get())
  }

  private static func key(
    storeID: String, new: Secret?, _ service: SecretServiceConnection
  ) throws(KeySourceError) -> Secret {
    let attributes = ["application": "session-agent", "store": storeID]
    switch try service.find(attributes) {
    case .found(let text):
      guard let key = Base64.decode(text), key.count == length else {
        throw .unfit("The keyring's item for this keystore does not hold a key.")
      }
      return key
    case .locked:
      throw .locked(SecretServiceConnection.locked)
    case .absent:
      let collection = try service.openDefaultCollection()
      guard let new else {
        throw .missing("The keyring has no key for this keystore. Open it another way: agentctl keystore status")
      }
      try service.store(Base64.encode(new), label: "session-agent keystore", attributes, in: collection)
      return new
    }
  }
}
