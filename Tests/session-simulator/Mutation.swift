/// A fault planted into the simulated agent: a simulation that does not find it is worth nothing.
enum Mutation: String, CaseIterable, Sendable {
  case announcesBeforePersisting
  case asksBeforeRecording
  case keepsRotatedTokenLate
  case ignoresBackOff
  case servesExpired
  case troubleEndsSession
  case unknownRefusalEndsSession
  case unknownRefusalBlocksNothing
  case backOffHasNoEnd
  case asksTwice
  case reusesGenerations
  case logoutKeepsRow
  case asksAtEachReturnOfTheNetwork
  case forgetsTimer
  case forgetsOrders
  case trustsLocalClock
}
