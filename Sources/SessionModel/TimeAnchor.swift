/// What was known of the provider's time at an instant, kept with the tokens, so that their ends are found again after
/// a restart, whatever became of the local clock meanwhile.
public struct TimeAnchor: Hashable, Sendable {
  /// Which run of the kernel the instant is of (`/proc/sys/kernel/random/boot_id`).
  public var bootID: String
  /// The instant.
  public var boot: BootInstant
  /// The provider's time then.
  public var providerTime: Timestamp
  /// How far the provider's time was ahead of the local clock, in milliseconds.
  public var skew: Int64

  /// An anchor.
  public init(bootID: String, boot: BootInstant, providerTime: Timestamp, skew: Int64) {
    self.bootID = bootID
    self.boot = boot
    self.providerTime = providerTime
    self.skew = skew
  }

  /// Both clocks now, the civil one as the provider's. In the same run of the kernel it is exact. In another one the
  /// local clock may have been set right meanwhile or not: the later of the two counts, so that no expired token is
  /// taken for a valid one; and a clock that went back before the anchor tells nothing: all is over then.
  public func providerNow(_ now: Now, bootID: String) -> Now {
    if bootID == self.bootID, !bootID.isEmpty {
      return Now(
        wall: providerTime.adding(milliseconds: now.boot.milliseconds - boot.milliseconds), boot: now.boot)
    }
    let wall = now.wall.adding(milliseconds: max(skew, 0))
    return Now(wall: wall < providerTime ? Timestamp(seconds: .max) : wall, boot: now.boot)
  }
}

/// How a provider's clock runs against ours: measured at each of its answers, carried on by the clock that never jumps.
public struct ProviderTime: Hashable, Sendable {
  /// The provider's time less that of the clock for deadlines, in milliseconds; nil until it was measured.
  public private(set) var offset: Int64?

  /// Nothing known, or what an anchor of this run of the kernel knew.
  public init(anchor: TimeAnchor? = nil, bootID: String = "") {
    guard let anchor, anchor.bootID == bootID, !bootID.isEmpty else { return }
    offset = anchor.providerTime.milliseconds - anchor.boot.milliseconds
  }

  /// Both clocks, the civil one as the provider's, as far as is known.
  public func now(_ now: Now) -> Now {
    guard let offset else { return now }
    return Now(wall: Timestamp(milliseconds: now.boot.milliseconds + offset), boot: now.boot)
  }

  /// How far the provider's time is ahead of the local clock, in milliseconds.
  public func skew(_ now: Now) -> Int64 { self.now(now).wall.milliseconds - now.wall.milliseconds }

  /// Takes the `Date` of an answer (RFC 9110 §6.6.1), which is cut to the second: at some instant between the sending of
  /// the request and the coming of the answer the provider's time was in that second. What is known stays where it fits;
  /// else the latest counts that is possible, so that no token outlives its end.
  public mutating func measure(date: Timestamp, sent: BootInstant, received: Now) {
    let earliest = date.milliseconds - received.boot.milliseconds
    let latest = max(date.milliseconds + 999 - sent.milliseconds, earliest)
    if let offset {
      if offset < earliest || offset > latest { self.offset = latest }
    } else {
      // The local clock counts where it is no farther behind than the second that a token is spared.
      let local = received.wall.milliseconds - received.boot.milliseconds
      offset = min(max(local, latest - 999), latest)
    }
  }
}
