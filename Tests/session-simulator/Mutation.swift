/// A fault planted into the simulated agent: a simulation that does not find it is worth nothing.
enum Mutation: String, CaseIterable, Sendable {
  case announcesBeforePersisting
  case asksBeforeRecording
  case keepsRotatedTokenLate
  case ignoresBackOff
  case servesExpired
  case troubleEndsSession
  case unknownRefusalEndsSession
  case asksTwice
  case reusesGenerations
  case logoutKeepsRow
  case asksAtEachReturnOfTheNetwork
  case forgetsTimer
  case forgetsOrders
  case trustsLocalClock
}

/// What a simulation found wrong, and how to see it again.
struct Finding: Error, CustomStringConvertible {
  var seed: UInt64
  var time: Int64
  var what: String
  var description: String {
    "seed \(seed), at \(time / 86_400_000) d \(time / 1000 % 86_400) s: \(what). Again: make simulate SEED=\(seed)"
  }
}
