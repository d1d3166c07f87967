/// One operation's turn on one pool: what it reads and changes, and the time and chance it does it with.
///
/// A value without I/O. The service keeps what comes out, also when the operation is refused: a wrong password
/// counts.
struct PoolTurn {
  var pool: UserPool
  let now: Seconds
  let random: any RandomSource
  let issuer: String
  /// Messages to people, to be sent once the turn is on disk.
  var deliveries: [Delivery] = []
  /// Refresh requests that were carried out, accepted or not.
  var refreshes = 0

  func client(_ id: String) throws(ServiceError) -> AppClient {
    guard let client = pool.clients[id] else { throw .noSuchClient(id) }
    return client
  }

  mutating func update(_ user: User) {
    var user = user
    user.modifiedAt = now
    pool.users[user.username] = user
  }

  mutating func openSession(_ step: Challenges.Step, _ attempt: Attempt) throws -> String {
    let seconds = try client(attempt.clientID).sessionSeconds
    let session = Challenges.Session(attempt: attempt, step: step, expiresAt: now + Seconds(seconds))
    return try pool.challenges.open(session, random: random)
  }
}
