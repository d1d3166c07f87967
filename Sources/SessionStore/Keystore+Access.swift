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
    return (database, Sealer(key: dataKey, random: random))
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

  func write<Result>(_ body: (Database, Sealer) throws -> Result) throws(StoreError) -> Result {
    let (database, sealer) = try unlocked()
    return try access { () throws(StoreError) in try database.write { try body($0, sealer) } }
  }
}
