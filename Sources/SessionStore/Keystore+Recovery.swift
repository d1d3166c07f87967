internal import SessionModel

extension Keystore {
  /// Sets a damaged file aside under a name with the date, as it is to the byte, and puts in its place what can still be
  /// read of it: a store that opens by the same slots. Where that is too little, there is no store after it.
  ///
  /// - Throws: `notDamaged`; why the store can't be opened, where the file is not what is wrong (another key, a newer
  ///   schema). Nothing is changed then.
  @discardableResult
  public func recover() throws(StoreError) -> KeystoreStatus {
    if let database, fault == nil {
      do throws(StoreError) {
        if let finding = try database.findings().first { fault = .damaged(StoreError.damage(path, finding)) }
      } catch {
        // A look that fails on a page is a finding too.
        guard case .damaged = error else { throw error }
        fault = error
      }
    }
    guard case .damaged = fault else {
      guard state == .damaged else { throw .notDamaged(path: path) }
      throw notOpen
    }
    try? database?.close()
    database = nil
    let salvage = try StoreSalvage(path: path)
    if salvage.isStore {
      try file.replaceDamaged(at: clock.now().wall) { (new) throws(StoreError) in try new.write(salvage.fill) }
    } else {
      try file.setAside(at: clock.now().wall)
    }
    lock()
    readFile()
    isSalvaged = salvage.isStore
    return status
  }
}
