internal import Foundation
internal import GRDB
internal import SessionModel

extension Keystore {
  /// The largest value of the cache, in bytes.
  public static let largestCachedValue = 256 * 1024
  /// How many values the cache holds; the oldest goes for a new one.
  public static let largestCacheCount = 64

  /// What was put under the key last. Not sealed, so for public things only (a provider's keys); works locked.
  public func cache(key: String) throws(StoreError) -> [UInt8]? {
    guard let database = try opened() else { return nil }
    return try access { () throws(StoreError) in
      try database.read {
        try Data.fetchOne($0, sql: "SELECT value FROM cache WHERE key = ?", arguments: [key]).map { Array($0) }
      }
    }
  }

  /// Keeps a public value. Nothing is kept while there is no store.
  ///
  /// - Throws: `tooLarge` above `largestCachedValue`.
  public func setCache(key: String, value: [UInt8]) throws(StoreError) {
    guard value.count <= Self.largestCachedValue else { throw .tooLarge(limit: Self.largestCachedValue) }
    guard let database = try opened() else { return }
    let now = clock.now().wall.milliseconds
    try access { () throws(StoreError) in
      try database.write { database in
        try database.execute(
          sql: "INSERT OR REPLACE INTO cache (key, value, stored_at) VALUES (?, ?, ?)",
          arguments: [key, Data(value), now])
        try database.execute(
          sql: """
            DELETE FROM cache WHERE key NOT IN
              (SELECT key FROM cache ORDER BY stored_at DESC, rowid DESC LIMIT ?)
            """,
          arguments: [Self.largestCacheCount])
      }
    }
  }
}
