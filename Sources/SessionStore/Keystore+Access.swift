internal import GRDB
internal import SessionModel

extension Keystore {
  /// The file, whether or not it is unlocked; nil while there is no store.
  func opened() throws(StoreError) -> StoreDatabase? {
    if let fault { throw fault }
    return database
  }

  /// The file and what opens its values.
  func unlocked() throws(StoreError) -> (StoreDatabase, Sealer) {
    guard let database = try opened(), let dataKey else { throw notOpen }
    return (database, Sealer(key: dataKey.revealCopy(), random: random))
  }

  /// Keeps the key for as long as the store is open.
  func hold(_ key: Secret) throws(StoreError) {
    guard let held = LockedKey(key) else { throw .failed(path: path, why: "there is no memory for its key") }
    dataKey = held
  }

  /// Runs one access; damage that SQLite finds closes the store.
  func access<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
    do {
      return try body()
    } catch {
      if error.isDamage {
        epoch += 1
        fault = error
        dataKey = nil
        openedBy = nil
        database = nil
      }
      throw error
    }
  }
}
