/// How often a failing provider may be asked for one session, by the published back-off; times in milliseconds.
package struct Pace {
  package enum Failure {
    /// The back-off goes on, or what the provider asks where that is longer.
    case passing(retryAfter: Int64)
    /// The first answer that may be lost: the next attempt may come at once.
    case firstLoss
    case blocked
  }

  /// In a row, since success or whatever lets the back-off start over.
  package private(set) var failures = 0
  private var failedAt: Int64 = 0
  private var least: Int64 = 0

  package init() {}

  package mutating func failed(_ failure: Failure, at time: Int64) {
    failures += 1
    failedAt = time
    switch failure {
    case .passing(let retryAfter):
      let longest = min(1000 << Int64(min(failures, 9)), 300_000) as Int64
      least = max(longest / 2, retryAfter)
    case .firstLoss: least = 0
    case .blocked: least = 300_000
    }
  }

  package mutating func startsOver() { (failures, least) = (0, 0) }

  /// An attempt at that time is no fault.
  package mutating func maySoonBegin(at time: Int64) { least = min(least, time - failedAt) }

  /// Whether an attempt now needs an excuse.
  package func isEarly(at time: Int64) -> Bool { failures > 0 && time < failedAt + least }

  /// What is wrong with an attempt now; nil where nothing is.
  package func fault(of session: String, at time: Int64) -> String? {
    guard isEarly(at: time) else { return nil }
    return "session \(session) is tried \(time - failedAt) ms after failure \(failures), not \(least)"
  }
}
