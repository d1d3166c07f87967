internal import Glibc
internal import SessionCrypto
internal import SessionModel

/// A key from a credential that systemd gives the agent's unit (systemd.exec(5), LoadCredential=): a file in
/// `$CREDENTIALS_DIRECTORY` that is there while the unit runs, and for it alone. At least 32 bytes; the key is derived
/// from them for each store.
public struct CredentialKeySource: KeySource {
  /// `systemd-credential`.
  public let name = KeySourceName.systemdCredential
  private let configured: String
  private let folder: String?
  private static let sizes = 32...4096

  /// The credential of that name, which slots that name another do not need.
  ///
  /// - Parameter folder: `$CREDENTIALS_DIRECTORY`; nil where the agent was not started by such a unit.
  public init(name: String, folder: String?) {
    configured = name
    self.folder = folder
  }

  /// Reads the credential. None is ever made.
  public func wrappingKey(for request: KeyRequest) async throws(KeySourceError) -> WrappingKey {
    guard let place = SlotPlace(request, configured: configured) else {
      throw .unfit("No credential is named. Name one: agentctl keystore add-slot systemd-credential --name NAME")
    }
    guard !place.name.isEmpty, !place.name.contains("/"), !place.name.hasPrefix(".") else {
      throw .unfit("\"\(place.name)\" is no name of a credential.")
    }
    guard let folder, folder.hasPrefix("/") else {
      throw .unavailable(
        "The agent was not started with credentials. Start it by its systemd unit, with "
          + "LoadCredential=\(place.name):FILE in it.")
    }
    let material = try read("\(folder)/\(place.name)", place.name)
    do {
      let key = try HKDF.sha256(
        inputKey: material, salt: Secret(copyingUTF8: request.storeID), info: "session-agent systemd-credential",
        count: AESGCM.keyLength)
      return WrappingKey(key: key, parameters: place.parameters)
    } catch {
      throw .unavailable("A key could not be derived from the credential \(place.name).")
    }
  }

  private func read(_ path: String, _ name: String) throws(KeySourceError) -> Secret {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      guard errno == ENOENT else {
        throw .unavailable("The credential \(name) cannot be read: \(String(cString: strerror(errno))).")
      }
      throw .missing(
        "The agent's unit has no credential \(name). Add LoadCredential=\(name):FILE to it, "
          + "and run: systemctl --user restart session-agent")
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_mode & 0o007 == 0 else {
      throw .unfit("The credential \(name) is no plain file, or others can read it.")
    }
    guard Self.sizes.contains(Int(facts.st_size)) else {
      throw .unfit("The credential \(name) has \(facts.st_size) bytes; a key has 32 to 4096.")
    }
    var got = 0
    let material = Secret(count: Int(facts.st_size)) { got = Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard got == material.count else { throw .unavailable("The credential \(name) could not be read whole.") }
    return material
  }
}
