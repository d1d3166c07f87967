public import SessionAPI
public import SessionModel
internal import WireJSON

extension SessionAgentClient {
  /// Forgets the key until somebody unlocks.
  public func lock() throws(ClientError) -> KeystoreDocument { try document(HTTPRequest("POST", "lock")) }

  /// Opens the store with a passphrase or the TPM's PIN, or with neither by trying its other sources again. The keyring
  /// may show a prompt then, which waits for the person for a minute.
  public func unlock(_ passphrase: Secret?, pin: Secret? = nil) throws(ClientError) -> KeystoreDocument {
    let request = HTTPRequest("POST", "unlock").sending(UnlockDocument(passphrase: passphrase, pin: pin).json)
    return try document(request.within(seconds: 90))
  }

  /// Has the agent's pinentry ask for the passphrase there, and opens the store with it.
  public func unlock(askingAt place: PinentryDocument) throws(ClientError) -> KeystoreDocument {
    let request = HTTPRequest("POST", "unlock").sending(UnlockDocument(pinentry: place).json)
    return try document(request.within(seconds: 240))
  }

  /// How the keystore stands.
  public func keystore() throws(ClientError) -> KeystoreDocument { try document(HTTPRequest("GET", "keystore")) }

  /// Has all of the keystore looked at; nothing is changed.
  public func checkKeystore() throws(ClientError) -> KeystoreCheckDocument {
    try document(HTTPRequest("GET", "keystore", "check"))
  }

  /// Has a damaged file set aside, and what can be read of it put in its place.
  public func recoverKeystore() throws(ClientError) -> KeystoreDocument {
    try document(HTTPRequest("POST", "keystore", "recover"))
  }

  /// Replaces the data key and seals everything anew; with the passphrase and PIN that its slots ask for.
  public func rekey(_ passphrase: Secret?, pin: Secret? = nil) throws(ClientError) -> KeystoreDocument {
    let given = UnlockDocument(passphrase: passphrase, pin: pin)
    return try document(HTTPRequest("POST", "keystore", "rekey").sending(given.json))
  }

  /// Adds a way into the store, or makes that one anew.
  public func addSlot(_ source: String, _ slot: SlotRequestDocument) throws(ClientError) -> KeystoreDocument {
    try document(HTTPRequest("PUT", "keystore", "slots", source).sending(slot.json))
  }

  /// Removes a way into the store.
  public func removeSlot(_ source: String) throws(ClientError) -> KeystoreDocument {
    try document(HTTPRequest("DELETE", "keystore", "slots", source))
  }

  /// Lends one consistent copy of the store's file, as it is now.
  public func withBackup<Result>(
    _ body: (UnsafeRawBufferPointer) throws(ClientError) -> Result
  ) throws(ClientError) -> Result {
    let answer = try exchange(HTTPRequest("GET", "keystore", "backup").within(seconds: 120))
    if let error = answer.failure { throw error }
    return try answer.withBody(body)
  }
}
