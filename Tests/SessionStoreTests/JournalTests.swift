import SessionModel
import SessionStore
import Testing

@Suite("Journals")
struct JournalTests {
  private let place: TestStore
  private let name: SessionName

  init() throws {
    place = try TestStore()
    name = try Samples.name("work")
  }

  private func entry(_ number: Int64, _ event: JournalEvent = .refreshed) -> JournalEntry {
    JournalEntry(
      at: Timestamp(seconds: number), event: event, from: .active, to: .offline, generation: Generation(number),
      attempt: number, nextAttemptAt: Timestamp(seconds: number + 1),
      cause: JournalCause(
        .provider, code: "offline", reason: "refused",
        provider: ProviderAnswer(httpStatus: 500, code: "InternalErrorException", requestID: "r-\(number)"),
        detail: "a detail"),
      message: "It \"happened\".")
  }

  private func note(_ numbers: ClosedRange<Int64>, in store: Keystore, of name: SessionName? = nil) async throws {
    try await store.note(numbers.map { JournalNote(name ?? self.name, entry($0)) })
  }

  @Test("an entry comes back as it was, after a restart too, with the store locked")
  func roundTrip() async throws {
    let store = try await place.unlocked()
    try await note(1...2, in: store)
    await store.close()
    let again = try await place.open()
    let page = try await again.journal(of: name, after: nil, limit: 10)
    #expect(page.lines.map(\.seq) == [1, 2])
    #expect(page.lines.map(\.entry) == [entry(1), entry(2)])
    #expect(!page.truncated)
    try await note(3...3, in: again)
    #expect(try await again.journal(of: name, after: 2, limit: 10).lines.map(\.seq) == [3])
    await again.close()
  }

  @Test("no more entries are kept than the settings say, the numbers go on, and the gap is told")
  func bounded() async throws {
    let store = try await place.unlocked()
    await store.limitJournal(to: 5)
    try await note(1...12, in: store)
    let newest = try await store.journal(of: name, after: nil, limit: 100)
    #expect(newest.lines.map(\.seq) == Array(8...12) && newest.truncated)
    #expect(try await store.journal(of: name, after: 0, limit: 2).lines.map(\.seq) == [8, 9])
    #expect(try await store.journal(of: name, after: 0, limit: 2).truncated)
    #expect(try await !store.journal(of: name, after: 10, limit: 2).truncated)
    #expect(try await store.journal(of: name, after: 12, limit: 2) == JournalPage(lines: [], truncated: false))
    #expect(try await store.journal(of: name, after: nil, limit: 2).lines.map(\.seq) == [11, 12])
    await store.close()
  }

  @Test("an entry stands or falls with the change that it tells of")
  func sameTransaction() async throws {
    let store = try await place.unlocked()
    try await store.insert(try Samples.record(), revoking: nil, journal: entry(1, .signedIn))
    try await store.recordRefreshIntent(session: name, attempt: 7, journal: entry(2, .refreshStarted))
    let stale = await #expect(throws: StoreError.self) {
      try await store.commitRefresh(
        session: name, generation: Generation(1), tokens: Samples.tokens(2), at: Timestamp(seconds: 1),
        journal: entry(3, .refreshed))
    }
    #expect(stale == .staleGeneration(name, last: Generation(1)))
    try await store.remove(session: name, order: nil, journal: entry(4, .signedOut))
    let lines = try await store.journal(of: name, after: nil, limit: 10).lines
    #expect(lines.map(\.entry.event) == [.signedIn, .refreshStarted, .signedOut])
    await store.close()
  }

  @Test("a refusal of a sign-in that was replaced meanwhile does not end the new one")
  func replaced() async throws {
    let store = try await place.unlocked()
    let old = try Samples.record(generation: 1)
    try await store.insert(old, revoking: nil)
    var new = try Samples.record(generation: 2)
    new.id = String(new.id.reversed())
    try await store.insert(new, revoking: nil)
    await #expect(throws: StoreError.staleAttempt(name)) {
      try await store.setSignInRequired(session: name, id: old.id, reason: .refreshTokenRevoked, journal: entry(1))
    }
    #expect(try await store.sessions().records.map(\.signInRequired) == [nil])
    #expect(try await store.journal(of: name, after: nil, limit: 10).lines.isEmpty)
    await store.close()
  }

  @Test("of names that are signed out the last hundred keep their journals")
  func forgotten() async throws {
    let store = try await place.unlocked()
    for number in 1...103 {
      let gone = try Samples.name("gone-\(number)")
      try await store.note([JournalNote(gone, entry(Int64(number)))])
    }
    try await store.remove(session: name, order: nil, journal: entry(1000, .signedOut))
    for (number, isKept) in [(1, false), (4, false), (5, true), (103, true)] {
      let page = try await store.journal(of: try Samples.name("gone-\(number)"), after: nil, limit: 1)
      #expect(page.lines.isEmpty != isKept, "gone-\(number)")
    }
    #expect(try await store.journal(of: name, after: nil, limit: 1).lines.count == 1)
    await store.close()
  }
}
