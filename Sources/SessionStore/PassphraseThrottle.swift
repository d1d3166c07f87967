internal import SessionModel

/// Slows down guessing: after the n-th wrong passphrase the next is taken 2^(n-1) seconds later, a minute at most. One
/// at a time is tried.
struct PassphraseThrottle {
  private var failures = 0
  private var notBefore: BootInstant?
  private var isTrying = false

  /// Begins a trial.
  mutating func begin(_ now: BootInstant) throws(StoreError) {
    guard !isTrying else { throw .passphraseTooSoon(retryAfterSeconds: 1) }
    if let notBefore, now < notBefore {
      throw .passphraseTooSoon(retryAfterSeconds: Int((notBefore.milliseconds - now.milliseconds + 999) / 1000))
    }
    isTrying = true
  }

  /// Ends a trial that told nothing of the passphrase.
  mutating func end() { isTrying = false }

  /// It was right.
  mutating func succeeded() { self = PassphraseThrottle() }

  /// It was wrong; the seconds until the next is taken.
  mutating func failed(_ now: BootInstant) -> Int {
    isTrying = false
    failures += 1
    let seconds = min(1 << min(failures - 1, 6), 60)
    notBefore = now.adding(milliseconds: Int64(seconds) * 1000)
    return seconds
  }
}
