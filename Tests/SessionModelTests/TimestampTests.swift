import SessionModel
import Testing

@Suite("A timestamp")
struct TimestampTests {
  @Test(
    "is written in RFC 3339, UTC",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
      (1_795_377_600, "2026-11-22T20:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
      (4_107_542_400, "2100-03-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
    ] as [(Int64, String)])
  func writes(seconds: Int64, text: String) {
    #expect(Timestamp(seconds: seconds).description == text)
    #expect(Timestamp(rfc3339: text) == Timestamp(seconds: seconds))
  }

  @Test("reads back what it writes, over four centuries")
  func roundTrip() {
    for day in stride(from: Int64(-10_000), to: 140_000, by: 37) {
      let time = Timestamp(seconds: day * 86_400 + day % 86_400)
      #expect(Timestamp(rfc3339: time.description) == time)
    }
  }

  @Test(
    "refuses what is not of that form",
    arguments: [
      "", "2026-11-22", "2026-11-22T20:00:00", "2026-11-22T20:00:00+00:00", "2026-11-22 20:00:00Z",
      "2026-13-22T20:00:00Z", "2026-00-22T20:00:00Z", "2026-11-32T20:00:00Z", "2026-11-22T24:00:00Z",
      "2026-11-22T20:60:00Z", "2026-11-22T20:00:61Z", "2O26-11-22T20:00:00Z", "2026-11-22T20:00:00z",
    ])
  func refuses(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

  @Test("keeps milliseconds and rounds seconds down, before 1970 too")
  func milliseconds() {
    #expect(Timestamp(milliseconds: 1999).seconds == 1)
    #expect(Timestamp(milliseconds: -1).seconds == -1)
    #expect(Timestamp(milliseconds: 1999).description == "1970-01-01T00:00:01Z")
    #expect(Timestamp(seconds: 5).adding(milliseconds: -5001) < Timestamp(seconds: 0))
  }

  @Test("knows its weekday")
  func weekday() {
    #expect(Timestamp(seconds: 0).weekday == 4)
    #expect(Timestamp(rfc3339: "2026-11-22T20:00:00Z")?.weekday == 0)
    #expect(Timestamp(seconds: -1).weekday == 3)
  }

  @Test("lies on the boot clock where both clocks stand now")
  func clocks() {
    let now = Now(wall: Timestamp(milliseconds: 10_000), boot: BootInstant(milliseconds: 500))
    #expect(now.boot(of: Timestamp(milliseconds: 10_250)) == BootInstant(milliseconds: 750))
    #expect(now.wall(of: BootInstant(milliseconds: 0)) == Timestamp(milliseconds: 9_500))
  }
}
