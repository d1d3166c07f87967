/// How long each of some conditions has held without a break.
package struct Stopwatch<Condition: Hashable> {
  private var beginnings: [Condition: Int64] = [:]

  package init() {}

  /// How long the condition will have held by `end`; 0 where it doesn't hold.
  ///
  /// - Parameter beginning: since when it holds, where it is looked at for the first time.
  package mutating func time(
    of condition: Condition, _ holds: Bool, since beginning: Int64, until end: Int64
  ) -> Int64 {
    guard holds else {
      beginnings[condition] = nil
      return 0
    }
    let since = beginnings[condition] ?? beginning
    beginnings[condition] = since
    return end - since
  }

  /// What holds is counted anew.
  package mutating func restart() { beginnings = [:] }
}
