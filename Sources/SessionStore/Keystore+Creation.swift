internal import GRDB
internal import SessionCrypto
internal import SessionModel

extension Keystore {
  /// Makes the store with the chosen source, where that needs nobody but who answers its prompt.
  func makeUnattended(mayAsk: Bool) async throws(StoreError) {
    let name: KeySourceName
    switch choice {
    case .auto: name = .secretService
    case .only(let only): name = only
    }
    guard name != .passphrase, let source = source(name) else { throw .uninitialized }
    try await makeStore(source, passphrase: nil, mayAsk: mayAsk)
  }

  /// Makes the store: a new data key, wrapped by the source's key.
  func makeStore(
    _ source: any KeySource, passphrase: Secret?, mayAsk: Bool = false
  ) async throws(StoreError) {
    let id = random.hexadecimal(bytes: 16)
    let request = KeyRequest(
      storeID: id, parameters: nil, createIfMissing: true, passphrase: passphrase, mayAsk: mayAsk)
    let begun = epoch
    let wrappingKey: WrappingKey
    do throws(KeySourceError) {
      wrappingKey = try await source.wrappingKey(for: request)
    } catch {
      // What somebody gave is answered to him; what is tried by itself is in the status.
      guard passphrase == nil else { throw .sourceFailed(source.name, error) }
      creationTrouble = error
      throw notOpen
    }
    // Another opening may have made it meanwhile, or a lock have come.
    guard begun == epoch, fault == nil else { throw notOpen }
    creationTrouble = nil
    if database != nil {
      guard dataKey != nil else { throw notOpen }
      return
    }
    try writeStore(id: id, key: random.key(), wrappedBy: source.name, with: wrappingKey)
  }

  private func writeStore(
    id: String, key: Secret, wrappedBy name: KeySourceName, with wrappingKey: WrappingKey
  ) throws(StoreError) {
    let now = clock.now().wall
    isSuccessor = witness.knowsAny
    let slot: Slot
    do {
      slot = try Slot(wrapping: key, by: name, with: wrappingKey, storeID: id, at: now, random: random)
    } catch {
      throw .failed(path: path, why: "the data key could not be sealed")
    }
    try file.create(at: now) { (new) throws(StoreError) in
      try new.write { database in
        try database.execute(
          sql: "INSERT INTO store (id, store_id, created_at) VALUES (1, ?, ?)", arguments: [id, now.milliseconds])
        try slot.store(database)
      }
    }
    readFile()
    if let fault { throw fault }
    try hold(key)
    openedBy = name
    trials[name] = .opened
    try takeManifest(heard: nil)
  }
}
