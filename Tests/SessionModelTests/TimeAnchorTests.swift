import SessionModel
import Testing

@Suite("The provider's time")
struct TimeAnchorTests {
  private func now(wall: Int64, boot: Int64) -> Now {
    Now(wall: Timestamp(milliseconds: wall), boot: BootInstant(milliseconds: boot))
  }

  @Test("a local clock that fits the answer's second stays; one that doesn't yields to the latest that is possible")
  func measuring() {
    var fits = ProviderTime()
    fits.measure(
      date: Timestamp(seconds: 1000), sent: BootInstant(milliseconds: 50), received: now(wall: 1_000_500, boot: 100))
    #expect(fits.skew(now(wall: 1_000_500, boot: 100)) == 0)
    var behind = ProviderTime()
    behind.measure(
      date: Timestamp(seconds: 8200), sent: BootInstant(milliseconds: 50), received: now(wall: 1_000_500, boot: 100))
    #expect(behind.now(now(wall: 1_000_500, boot: 100)).wall == Timestamp(milliseconds: 8_200_050))
    var ahead = ProviderTime()
    ahead.measure(
      date: Timestamp(seconds: 10), sent: BootInstant(milliseconds: 50), received: now(wall: 1_000_500, boot: 100))
    #expect(ahead.now(now(wall: 1_000_500, boot: 100)).wall == Timestamp(milliseconds: 11_049))
    // Measured again it does not wander.
    let known = ahead
    ahead.measure(
      date: Timestamp(seconds: 20), sent: BootInstant(milliseconds: 9500), received: now(wall: 0, boot: 9600))
    #expect(ahead == known)
  }

  @Test("in the same run of the kernel an anchor is exact, in another one the later time counts")
  func anchors() {
    let anchor = TimeAnchor(
      bootID: "a", boot: BootInstant(milliseconds: 100), providerTime: Timestamp(milliseconds: 5000), skew: 400)
    #expect(anchor.providerNow(now(wall: 0, boot: 350), bootID: "a").wall == Timestamp(milliseconds: 5250))
    #expect(anchor.providerNow(now(wall: 6000, boot: 1), bootID: "b").wall == Timestamp(milliseconds: 6400))
    #expect(anchor.providerNow(now(wall: 4000, boot: 1), bootID: "b").wall > Timestamp(milliseconds: 1 << 50))
    #expect(anchor.providerNow(now(wall: 0, boot: 350), bootID: "").wall > Timestamp(milliseconds: 1 << 50))
  }
}
