/// What a simulation found wrong, and how to see it again.
package struct Finding: Error, CustomStringConvertible {
  package var seed: UInt64
  /// Since the world's beginning, in milliseconds.
  package var time: Int64
  package var what: String

  package init(seed: UInt64, time: Int64, what: String) {
    self.seed = seed
    self.time = time
    self.what = what
  }

  package var description: String {
    "seed \(seed), at \(time / 86_400_000) d \(Double(time % 86_400_000) / 1000) s: \(what)"
  }
}
