internal import GRDB
public import SessionModel

extension Keystore {
  /// Notes that a refresh is about to be sent; durable when this returns.
  public func recordRefreshIntent(session: SessionName, attempt: Int64) throws(StoreError) {
    try change(session) { record in record.refreshIntent = attempt }
  }

  /// Stores a new refresh token in the place of the one that is spent by it; durable when this returns. The answer is
  /// known to have come, so the intent is gone with it.
  ///
  /// - Throws: `staleAttempt` where the session was replaced or renewed since.
  public func storeRotatedRefreshToken(
    session: SessionName, refreshToken: Secret, attempt: Int64
  ) throws(StoreError) {
    try change(session) { record in
      guard record.refreshIntent == attempt else { throw StoreError.staleAttempt(session) }
      record.tokens.refreshToken = refreshToken
      record.refreshIntent = nil
    }
  }

  /// Stores the validated tokens of a new generation; durable when this returns, and the intent is gone. Without a
  /// refresh token or ID token the stored one stays.
  ///
  /// - Throws: `staleGeneration` where the name has had this generation.
  public func commitRefresh(
    session: SessionName, generation: Generation, tokens: TokenSet, at time: Timestamp
  ) throws(StoreError) {
    try write { database, sealer in
      try Generation.advance(session, to: generation, database)
      try Self.change(session, database, sealer) { record in
        record.generation = generation
        record.tokens.access = tokens.access
        record.tokens.id = tokens.id ?? record.tokens.id
        record.tokens.refreshToken = tokens.refreshToken ?? record.tokens.refreshToken
        record.lastRefreshAt = time
        record.refreshIntent = nil
        record.signInRequired = nil
      }
    }
  }

  /// Notes that a refresh ended with an answer and without new tokens. Another attempt's intent stays.
  public func clearRefreshIntent(session: SessionName, attempt: Int64) throws(StoreError) {
    try change(session) { record in
      if record.refreshIntent == attempt { record.refreshIntent = nil }
    }
  }

  /// Notes that the provider refused for good.
  public func setSignInRequired(session: SessionName, reason: SessionReason) throws(StoreError) {
    try change(session) { record in
      record.signInRequired = reason
      record.refreshIntent = nil
    }
  }

  private func change(_ session: SessionName, _ body: (inout SessionRecord) throws -> Void) throws(StoreError) {
    try write { database, sealer in try Self.change(session, database, sealer, body) }
  }

  /// Opens the session's row, changes the record and seals all of it anew.
  private static func change(
    _ session: SessionName, _ database: Database, _ sealer: Sealer, _ body: (inout SessionRecord) throws -> Void
  ) throws {
    guard let row = try SessionRow.named(session, database) else { throw StoreError.noSuchSession(session) }
    var record: SessionRecord
    do throws(SessionRow.Mismatch) {
      record = try row.open(with: sealer)
    } catch {
      throw StoreError.sessionDamaged(session, why: error.sentence)
    }
    try body(&record)
    try SessionRow(sealing: record, with: sealer).store(database)
  }
}
