/// A fault planted around the agent: a simulation that does not find it is worth nothing.
enum Plant: String, CaseIterable {
  /// The timer is not armed, one time in ten.
  case forgetsTimer
  /// Each request to refresh goes out twice.
  case sendsTwice
  /// The clock for deadlines stands still while the machine sleeps.
  case clockStopsInSleep
  /// Nobody says that the network is back or that the machine is awake.
  case hearsNothing
  /// A crash takes the last seconds of the disk with it.
  case diskForgets
  /// A trouble of the provider looks like its refusal.
  case troubleLooksLikeRefusal
  /// A revocation is answered and not carried out.
  case revokesNothing
  /// Nobody passes on how long the provider wants to be left alone.
  case hidesRetryAfter
}
