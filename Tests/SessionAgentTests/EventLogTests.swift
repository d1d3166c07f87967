import SessionAPI
import SessionModel
import Testing
import WireJSON

@testable import SessionAgent

@Suite("The log of events")
struct EventLogTests {
  private let time = Timestamp(seconds: 1_800_000_000)

  private func log(capacity: Int, events: Int) -> EventLog {
    var log = EventLog(prefix: "7f3a", capacity: capacity)
    for _ in 0..<events { log.append(.networkChanged, at: time, session: nil, isAudit: false, members: []) }
    return log
  }

  @Test("ids count on from one and stand in the event")
  func ids() throws {
    let log = log(capacity: 8, events: 2)
    #expect(log.latest == 2 && log.id(2) == "7f3a-2")
    let text = String(decoding: try #require(log.entry(after: 1)).bytes, as: UTF8.self)
    #expect(
      text == """
        id: 7f3a-2
        event: network.changed
        data: {"id":"7f3a-2","event":"network.changed","at":"2027-01-15T08:00:00Z"}


        """)
    #expect(log.entry(after: 2) == nil)
  }

  @Test("an empty log knows the id before its first event and no other")
  func empty() {
    let log = log(capacity: 8, events: 0)
    #expect(log.sequence(ofID: "7f3a-0") == 0)
    #expect(log.sequence(ofID: "7f3a-1") == nil)
    #expect(log.entry(after: 0) == nil)
  }

  @Test("a full log keeps the newest, in order", arguments: [1, 3, 4, 7, 8, 100])
  func wraps(events: Int) {
    let log = log(capacity: 4, events: events)
    let oldest = max(events - 4, 0)
    var sequence = Int64(oldest)
    var seen: [Int64] = []
    while let entry = log.entry(after: sequence) {
      seen.append(entry.sequence)
      sequence = entry.sequence
    }
    #expect(seen == (oldest + 1...events).map(Int64.init))
    #expect(log.sequence(ofID: "7f3a-\(oldest)") == Int64(oldest))
    if oldest > 0 {
      #expect(log.entry(after: Int64(oldest - 1)) == nil)
      #expect(log.sequence(ofID: "7f3a-\(oldest - 1)") == nil)
    }
  }

  @Test("keeps its newest when it is made smaller, and all when it grows", arguments: [2, 4, 9])
  func resized(capacity: Int) {
    var log = log(capacity: 4, events: 7)
    log.resize(to: capacity)
    log.append(.networkChanged, at: time, session: nil, isAudit: false, members: [])
    let kept = min(capacity, 5)
    let seen = (0..<8).compactMap { log.entry(after: $0)?.sequence }
    #expect(seen == (Int64(9 - kept)...8).map { $0 })
  }

  @Test("an id of another run, of the future or of no form is not known")
  func foreign() {
    let log = log(capacity: 8, events: 3)
    for id in ["7f3b-2", "7f3a-4", "7f3a--1", "7f3a", "7f3a-", "7f3a-2x", "2", "", "7f3a-99999999999999999999"] {
      #expect(log.sequence(ofID: id) == nil, "\(id)")
    }
    #expect(log.sequence(ofID: "7f3a-3") == 3)
  }

  @Test("offsets count the bytes of all events ever")
  func offsets() throws {
    let log = log(capacity: 2, events: 5)
    let last = try #require(log.entry(after: 4))
    let before = try #require(log.entry(after: 3))
    #expect(last.offset == log.totalBytes)
    #expect(before.offset == last.offset - Int64(last.bytes.count))
  }
}
