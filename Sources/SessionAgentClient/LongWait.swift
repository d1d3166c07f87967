internal import CSystemCalls
internal import Synchronization

/// A word to a person who waits for an answer of the agent longer than two seconds: said once.
public final class LongWait: Sendable {
  private let begins = csystem_boottime_milliseconds() + 2000
  private let isSaid = Atomic(false)
  private let say: @Sendable () -> Void

  /// A wait that begins now.
  public init(_ say: @escaping @Sendable () -> Void) { self.say = say }

  /// How many milliseconds are left until it is said; nil where it has been.
  func left(at now: Int64) -> Int64? { isSaid.load(ordering: .relaxed) ? nil : max(0, begins - now) }

  /// Says it if it is time to.
  func passes(_ now: Int64) {
    guard left(at: now) == 0, !isSaid.exchange(true, ordering: .relaxed) else { return }
    say()
  }
}
