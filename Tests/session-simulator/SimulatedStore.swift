import SessionModel

/// What is durable. The rules are those of the keystore; `isFull` refuses every write.
struct SimulatedStore {
  struct Row: Hashable {
    var signIn: Int
    var generation: Int64
    var refresh: Int
    var tokens: SimulatedProvider.Tokens
    var anchor: TimeAnchor
    var intent: Int64?
    var ended: SessionReason?
  }

  var rows: [Int: Row] = [:]
  var generations: [Int: Int64] = [:]
  /// Orders to revoke: id and refresh token.
  var orders: [String: Int] = [:]
  var isFull = false

  /// One transaction; false where nothing was written.
  mutating func change(_ session: Int, signIn: Int, _ body: (inout Row) -> Bool) -> Bool {
    guard !isFull, var row = rows[session], row.signIn == signIn, body(&row) else { return false }
    rows[session] = row
    return true
  }

  /// Counts a name's generations on; false for one that it has had.
  mutating func advance(_ session: Int, to generation: Int64) -> Bool {
    guard !isFull, generation > generations[session, default: 0] else { return false }
    generations[session] = generation
    return true
  }
}
