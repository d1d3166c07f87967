internal import GRDB
public import SessionModel

/// An entry of a session's journal with its number.
public struct JournalLine: Hashable, Sendable {
  /// Counts the entries of a session's name from 1, those that are no longer kept included.
  public var seq: Int64
  /// The entry.
  public var entry: JournalEntry
}

/// A part of a session's journal.
public struct JournalPage: Hashable, Sendable {
  /// Its entries, oldest first.
  public var lines: [JournalLine]
  /// Whether there are, or were, more than these.
  public var truncated: Bool
  /// A part.
  public init(lines: [JournalLine], truncated: Bool) {
    self.lines = lines
    self.truncated = truncated
  }
}

/// A journal entry on its way to the store.
public struct JournalNote: Hashable, Sendable {
  /// Whose journal it goes to.
  public var session: SessionName
  /// The entry.
  public var entry: JournalEntry
  /// An entry for a session.
  public init(_ session: SessionName, _ entry: JournalEntry) {
    self.session = session
    self.entry = entry
  }
}

extension Keystore {
  /// How many entries wait for a disk that takes them.
  static let longestBacklog = 256

  /// How many entries of each session are kept, from the next one on.
  public func limitJournal(to entries: Int) { journalLimit = max(entries, 1) }

  /// Adds entries that belong to no other change; works locked. What the disk does not take comes with the next ones.
  public func note(_ notes: [JournalNote]) throws(StoreError) {
    guard let database = try opened(), !notes.isEmpty else { return }
    let all = backlog + notes
    do {
      try access { () throws(StoreError) in
        try database.write { database in
          for note in all { try append(note.entry, to: note.session, database) }
        }
      }
      backlog = []
    } catch {
      backlog = all.suffix(Self.longestBacklog)
      throw error
    }
  }

  /// A part of a session's journal, readable while the store is locked and after sign-out.
  ///
  /// - Parameters:
  ///   - after: the number of the last entry that is known; nil for the newest ones.
  ///   - limit: how many at most.
  public func journal(of session: SessionName, after: Int64?, limit: Int) throws(StoreError) -> JournalPage {
    guard let database = try opened() else { return JournalPage(lines: [], truncated: false) }
    return try access { () throws(StoreError) in
      try database.read { try JournalRow.page(of: session, after: after, limit: limit, $0) }
    }
  }

  /// Adds an entry within another change.
  func append(_ entry: JournalEntry?, to session: SessionName, _ database: Database) throws {
    guard let entry else { return }
    try JournalRow.append(entry, to: session, keeping: journalLimit, database)
  }
}
