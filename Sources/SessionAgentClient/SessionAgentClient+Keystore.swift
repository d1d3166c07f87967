public import SessionAPI
public import SessionModel
internal import WireJSON

extension SessionAgentClient {
  /// Forgets the key until somebody unlocks.
  public func lock() throws(ClientError) -> KeystoreDocument { try document(HTTPRequest("POST", "lock")) }

  /// Opens the store with a passphrase, or with nil by trying its other sources again.
  public func unlock(_ passphrase: Secret?) throws(ClientError) -> KeystoreDocument {
    try document(HTTPRequest("POST", "unlock").sending(UnlockDocument(passphrase: passphrase).json))
  }

  /// How the keystore stands.
  public func keystore() throws(ClientError) -> KeystoreDocument { try document(HTTPRequest("GET", "keystore")) }
}
