internal import AuthFlows
internal import Logging
internal import NIOCore
internal import SessionAPI
internal import SessionModel
internal import SessionStore

/// Times are the providers' (CONTRACT §6.7): measured at each answer, carried on by the clock that never jumps.
extension Agent {
  /// From which difference on a session's journal tells of it, in milliseconds.
  static let worthTelling: Int64 = 60_000

  /// Both clocks, the civil one as that provider's.
  func providerNow(_ binding: SessionBinding) -> Now { providerTimes[binding.serviceURL]?.now(now) ?? now }

  /// What is known of the time now, to be kept with tokens that came now.
  func anchor(_ binding: SessionBinding) -> TimeAnchor {
    let (now, seen) = (self.now, providerNow(binding))
    return TimeAnchor(
      bootID: parts.bootID, boot: now.boot, providerTime: seen.wall,
      skew: seen.wall.milliseconds - now.wall.milliseconds)
  }

  /// Takes up what a stored session knows of its provider's time; both clocks as far as they are known by that.
  func takeUp(_ record: SessionRecord) -> Now {
    guard let anchor = record.anchor else { return now }
    let known = ProviderTime(anchor: anchor, bootID: parts.bootID)
    if known.offset != nil, providerTimes[record.binding.serviceURL] == nil {
      providerTimes[record.binding.serviceURL] = known
    }
    return anchor.providerNow(now, bootID: parts.bootID)
  }

  /// The transport, with each answer, whatever it says, taken for a sign of the network, and its `Date` for the
  /// provider's time.
  func heard(_ transport: any ProviderTransport, _ origin: String) -> any ProviderTransport {
    HeardTransport(real: transport, clock: parts.clock) { [loop] date, sent, received in
      loop.execute { self.assumeIsolated { $0.heard(origin, date, sent, received) } }
    }
  }

  private func heard(_ origin: String, _ date: Timestamp?, _ sent: BootInstant, _ received: Now) {
    found(.online)
    guard let date else { return }
    providerTimes[origin, default: ProviderTime()].measure(date: date, sent: sent, received: received)
    for session in sessions.all where session.record.binding.serviceURL == origin { tellSkew(session) }
  }

  /// Somebody set the civil clock: what is armed and what is valid does not depend on it.
  func clockSet() {
    parts.logger.info("the clock was set")
    for session in sessions.all { tellSkew(session) }
    tick()
  }

  /// Tells the session's journal where the local clock is off, otherwise than it was last told.
  func tellSkew(_ session: LiveSession) {
    let skew = providerTimes[session.record.binding.serviceURL]?.skew(now) ?? 0
    guard abs(skew - session.toldSkew) >= Agent.worthTelling else { return }
    session.toldSkew = skew
    let message = JournalWords.clock(skew)
    parts.logger.warning("clock", metadata: ["session": "\(session.record.name)", "what": "\(message)"])
    let cause = JournalCause(
      .clock, code: abs(skew) < Agent.worthTelling ? "clock_right" : "clock_off", detail: message)
    note([
      JournalNote(
        session.record.name, entry(.clockCorrected, of: session, from: standing(session), because: cause, message))
    ])
  }
}

/// Tells of each answer: its `Date`, and when its request left and it came.
private struct HeardTransport: ProviderTransport {
  let real: any ProviderTransport
  let clock: any Clock
  let tell: @Sendable (_ date: Timestamp?, _ sent: BootInstant, _ received: Now) -> Void

  func send(_ request: ProviderRequest) async throws(TransportError) -> ProviderResponse {
    let sent = clock.now().boot
    let response = try await real.send(request)
    tell(response.receivedDate, sent, clock.now())
    return response
  }
}
