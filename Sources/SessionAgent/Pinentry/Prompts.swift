internal import SessionModel

/// One prompt at a time; none for a while after a person closed one (SECURITY 18).
struct Prompts {
  private static let quietMilliseconds: Int64 = 30_000

  private var isShown = false
  private var refusedUntil: BootInstant?

  /// Begins a prompt.
  ///
  /// - Throws: `Problem` where there may be none now.
  mutating func begin(_ now: BootInstant) throws {
    if let refusedUntil, now < refusedUntil {
      throw Prompts.refused(seconds: Int((refusedUntil.milliseconds - now.milliseconds + 999) / 1000))
    }
    guard !isShown else { throw Problem(.locked, "A passphrase prompt is open already. Answer that one.") }
    isShown = true
  }

  /// Ends it.
  mutating func end() { isShown = false }

  /// The person closed it.
  mutating func refuse(_ now: BootInstant) -> Problem {
    refusedUntil = now.adding(milliseconds: Prompts.quietMilliseconds)
    return Prompts.refused(seconds: Int(Prompts.quietMilliseconds / 1000))
  }

  private static func refused(seconds: Int) -> Problem {
    Problem(
      .denied,
      "The passphrase prompt was closed; no other is shown for \(seconds) s. Run in a terminal: agentctl unlock",
      retryAfterSeconds: seconds)
  }
}
