internal import Foundation
internal import GRDB
public import SessionModel

extension Keystore {
  /// The client secret of a profile, where there is one.
  ///
  /// - Throws: `doesNotOpen` where it was changed, moved or damaged.
  public func clientSecret(for profile: ProfileName) throws(StoreError) -> Secret? {
    let (sealed, isDistrusted, sealer) = try read { database, sealer in
      (
        try Data.fetchOne(
          database, sql: "SELECT sealed FROM client_secret WHERE profile = ?", arguments: [profile.rawValue]),
        try mismatches(database).keys.contains(Manifest.Place(table: "client_secret", key: profile.rawValue)),
        sealer
      )
    }
    guard sealed != nil || isDistrusted else { return nil }
    guard let sealed, !isDistrusted, let secret = try? sealer.open(sealed, Self.clientSecretContext(profile.rawValue))
    else {
      throw Manifest.Place(table: "client_secret", key: profile.rawValue).doesNotOpen(about: nil)
    }
    return secret
  }

  /// Stores a profile's client secret, or (nil) forgets it.
  public func setClientSecret(_ secret: Secret?, for profile: ProfileName) throws(StoreError) {
    guard let secret else {
      let place = Manifest.Place(table: "client_secret", key: profile.rawValue)
      let done: Void? = try writeWithoutKey(forgetting: place) {
        try $0.execute(sql: "DELETE FROM client_secret WHERE profile = ?", arguments: [profile.rawValue])
      }
      guard done != nil else { return }
      return try erase()
    }
    try write { database, sealer in
      try database.execute(
        sql: "INSERT OR REPLACE INTO client_secret (profile, sealed) VALUES (?, ?)",
        arguments: [profile.rawValue, try sealer.seal(secret, Self.clientSecretContext(profile.rawValue))])
    }
  }

  /// Whether the profile has a client secret; needs no key.
  public func hasClientSecret(for profile: ProfileName) throws(StoreError) -> Bool {
    guard let database = try opened() else { return false }
    return try access { () throws(StoreError) in
      try database.read {
        try Bool.fetchOne(
          $0, sql: "SELECT EXISTS (SELECT 1 FROM client_secret WHERE profile = ?)", arguments: [profile.rawValue])
      } ?? false
    }
  }

  static func clientSecretContext(_ profile: String) -> SealContext {
    SealContext(table: "client_secret", row: profile, column: "sealed", bound: [String]())
  }
}
