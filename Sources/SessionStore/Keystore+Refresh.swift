internal import GRDB
public import SessionModel

extension Keystore {
  /// Notes that a refresh is about to be sent; durable when this returns.
  ///
  /// - Parameters:
  ///   - id: the sign-in that it is of; nil for whichever there is.
  ///   - entry: goes into the session's journal with it.
  public func recordRefreshIntent(
    session: SessionName, id: String? = nil, attempt: Int64, journal entry: JournalEntry? = nil
  ) throws(StoreError) {
    try change(session, id, entry) { record in record.refreshIntent = attempt }
  }

  /// Stores a new refresh token in the place of the one that is spent by it; durable when this returns. The answer is
  /// known to have come, so the intent is gone with it.
  ///
  /// - Throws: `staleAttempt` where the session was replaced or renewed since.
  public func storeRotatedRefreshToken(
    session: SessionName, refreshToken: Secret, attempt: Int64
  ) throws(StoreError) {
    try change(session, noting: { $0.counter += 1 }) { record in
      guard record.refreshIntent == attempt else { throw StoreError.staleAttempt(session) }
      record.tokens.refreshToken = refreshToken
      record.rotates = true
      record.refreshIntent = nil
    }
  }

  /// Stores the validated tokens of a new generation; durable when this returns, and the intent is gone. Without a
  /// refresh token or ID token the stored one stays.
  ///
  /// - Throws: `staleGeneration` where the name has had this generation.
  public func commitRefresh(
    session: SessionName, generation: Generation, tokens: TokenSet, anchor: TimeAnchor? = nil,
    at time: Timestamp, journal entry: JournalEntry? = nil
  ) throws(StoreError) {
    try write { database, sealer in
      try Generation.advance(session, to: generation, database)
      try change(session, database, sealer) { record in
        record.rotates = record.rotates ?? false
        record.generation = generation
        record.tokens.access = tokens.access
        record.tokens.id = tokens.id ?? record.tokens.id
        record.tokens.refreshToken = tokens.refreshToken ?? record.tokens.refreshToken
        record.anchor = anchor ?? record.anchor
        record.lastRefreshAt = time
        record.refreshIntent = nil
        record.signInRequired = nil
      }
      try append(entry, to: session, database)
    }
  }

  /// Notes that a refresh ended with an answer and without new tokens. Another attempt's intent stays.
  public func clearRefreshIntent(
    session: SessionName, id: String? = nil, attempt: Int64, journal entry: JournalEntry? = nil
  ) throws(StoreError) {
    try change(session, id, entry) { record in
      if record.refreshIntent == attempt { record.refreshIntent = nil }
    }
  }

  /// Notes that the provider refused for good.
  ///
  /// - Throws: `staleAttempt` where another sign-in has taken the place of the one that was refused.
  public func setSignInRequired(
    session: SessionName, id: String? = nil, reason: SessionReason, journal entry: JournalEntry? = nil
  ) throws(StoreError) {
    try change(session, id, entry) { record in
      record.signInRequired = reason
      record.refreshIntent = nil
    }
  }

  private func change(
    _ session: SessionName, _ id: String? = nil, _ entry: JournalEntry? = nil,
    noting note: (inout Manifest) -> Void = { _ in }, _ body: (inout SessionRecord) throws -> Void
  ) throws(StoreError) {
    try write(noting: note) { database, sealer in
      try change(session, database, sealer) { record in
        guard id == nil || record.id == id else { throw StoreError.staleAttempt(session) }
        try body(&record)
      }
      try append(entry, to: session, database)
    }
  }

  /// Opens the session's row, changes the record and seals all of it anew.
  private func change(
    _ session: SessionName, _ database: Database, _ sealer: Sealer, _ body: (inout SessionRecord) throws -> Void
  ) throws {
    guard let row = try SessionRow.named(session, database) else { throw StoreError.noSuchSession(session) }
    guard !distrusted.contains(session.rawValue) else {
      throw StoreError.sessionDamaged(session, why: Self.notAsStored)
    }
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
