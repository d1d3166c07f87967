import SessionModel
import Testing

@Suite("Deadlines of many")
struct DeadlinesTests {
  @Test("the earliest is at hand, whatever is set, moved and taken away")
  func earliest() {
    var (deadlines, plain) = (Deadlines<Int>(), [Int: BootInstant]())
    var random = SystemRandomNumberGenerator()
    for _ in 0..<3000 {
      let key = Int.random(in: 0..<40, using: &random)
      let instant = Bool.random() ? BootInstant(milliseconds: .random(in: 0..<100, using: &random)) : nil
      deadlines.set(instant, for: key)
      plain[key] = instant
      #expect(deadlines.earliest == plain.values.min())
      guard key == 0 else { continue }
      let now = BootInstant(milliseconds: .random(in: 0..<50, using: &random))
      let due = deadlines.take(now)
      #expect(due.map { plain[$0] ?? now } == due.compactMap { plain[$0] }.sorted())
      #expect(Set(due) == Set(plain.filter { $0.value <= now }.keys))
      for key in due { plain[key] = nil }
      #expect(deadlines.earliest == plain.values.min())
    }
  }

  @Test("one that was taken is not due again until it is set again")
  func taken() {
    var deadlines = Deadlines<Int>()
    let instant = BootInstant(milliseconds: 5)
    deadlines.set(instant, for: 1)
    #expect(deadlines.take(BootInstant(milliseconds: 4)).isEmpty)
    #expect(deadlines.take(instant) == [1])
    #expect(deadlines.take(instant).isEmpty && deadlines.earliest == nil)
    deadlines.set(instant, for: 1)
    #expect(deadlines.take(instant) == [1])
  }
}
