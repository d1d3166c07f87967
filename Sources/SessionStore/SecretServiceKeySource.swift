internal import Glibc
internal import SessionCrypto
public import SessionModel
internal import Synchronization

/// A key in the user's keyring, by the Secret Service API (freedesktop.org) through libsecret: GNOME Keyring, KWallet,
/// KeePassXC. An item of 32 random bytes in base64 for each store. The service's own prompt is opened only where the
/// request lets it.
public struct SecretServiceKeySource: KeySource {
  /// `secret-service`.
  public let name = KeySourceName.secretService
  private let address: String?
  private let deadlineMilliseconds: Int
  private let promptMilliseconds: Int
  private let random: any RandomSource
  let witness: SecretServiceWitness?
  private static let length = 32

  /// The service on the session bus.
  ///
  /// - Parameters:
  ///   - address: the bus; by default the one of the environment, as `sessionBusAddress` finds it.
  ///   - deadlineMilliseconds: within these there is an answer.
  ///   - promptMilliseconds: how long the service's prompt may wait for the person.
  public init(
    address: String? = SecretServiceKeySource.sessionBusAddress(), deadlineMilliseconds: Int = 2000,
    promptMilliseconds: Int = 60_000, random: any RandomSource
  ) {
    self.address = address
    self.deadlineMilliseconds = deadlineMilliseconds
    self.promptMilliseconds = promptMilliseconds
    self.random = random
    witness = address.map { SecretServiceWitness(address: $0, deadline: deadlineMilliseconds) }
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

  /// Finds the store's item; makes it where it is absent and the store is new. Where the keyring is locked and the
  /// request lets it, the person is asked to open it, and then it is tried once more.
  public func wrappingKey(for request: KeyRequest) async throws(KeySourceError) -> WrappingKey {
    guard let address else {
      throw .unavailable(
        "There is no session bus to reach a secret service on. \(SecretServiceConnection.advice)"
      )
    }
    let new = request.createIfMissing ? random.key(Self.length) : nil
    do throws(KeySourceError) {
      return try await key(address, request.storeID, new)
    } catch {
      guard request.mayAsk, case .locked = error else { throw error }
    }
    try await askToUnlock(address)
    return try await key(address, request.storeID, new)
  }

  private func key(_ address: String, _ storeID: String, _ new: Secret?) async throws(KeySourceError) -> WrappingKey {
    let deadline = deadlineMilliseconds
    let late = KeySourceError.timedOut(SecretServiceConnection.late(deadline))
    let found = FoundKey(.failure(late))
    await BoundedCall.run(milliseconds: deadline, late: ()) { cancellation in
      do throws(KeySourceError) {
        let connection = try SecretServiceConnection(address: address, deadline: deadline, cancellation)
        var key = WrappingKey(key: try Self.key(storeID: storeID, new: new, connection))
        // It counts now, whatever becomes of the witness.
        found.answer = .success(key)
        key.counter = try connection.witness(of: storeID, isNew: new != nil)
        found.answer = .success(key)
      } catch {
        if case .failure = found.answer { found.answer = .failure(error) }
      }
    }
    return try found.answer.get()
  }

  /// Keeps it in an item beside the key's.
  public func record(counter: Int64, of storeID: String) { witness?.record(counter: counter, of: storeID) }

  /// Takes that item away.
  public func forgetCounter(of storeID: String) { witness?.forget(storeID) }

  /// Has the service show its prompt. Ends with the person's answer, whatever that is, and where nobody waits for it
  /// any more.
  private func askToUnlock(_ address: String) async throws(KeySourceError) {
    let patience = promptMilliseconds
    let late = KeySourceError.locked(SecretServiceConnection.unanswered(patience))
    let answer: Result<Void, KeySourceError> = await BoundedCall.run(
      milliseconds: patience, late: .failure(late), endsWithTask: true
    ) { cancellation in
      Result { () throws(KeySourceError) in
        do throws(KeySourceError) {
          let connection = try SecretServiceConnection(address: address, deadline: patience, cancellation)
          try connection.askToUnlockDefaultCollection()
        } catch .timedOut {
          throw late
        }
      }
    }
    try answer.get()
  }

  private static func key(
    storeID: String, new: Secret?, _ service: SecretServiceConnection
  ) throws(KeySourceError) -> Secret {
    let attributes = ["application": "session-agent", "store": storeID]
    try service.expectOpenCollection()
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

/// What was found so far: what counts at the deadline.
private final class FoundKey: Sendable {
  private let found: Mutex<Result<WrappingKey, KeySourceError>>

  init(_ answer: Result<WrappingKey, KeySourceError>) { found = Mutex(answer) }

  var answer: Result<WrappingKey, KeySourceError> {
    get { found.withLock { $0 } }
    set { found.withLock { $0 = newValue } }
  }
}
