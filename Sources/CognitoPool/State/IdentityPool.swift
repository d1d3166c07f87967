/// One identity pool.
struct IdentityPool: Codable, Sendable, Equatable {
  struct Provider: Codable, Sendable, Equatable {
    let userPoolID: String
    let clientID: String
  }

  let id: String
  var allowGuests = false
  var allowClassic = false
  var credentialsSeconds = 3600
  var providers: [Provider] = []
  /// Role ARNs by `authenticated` and `unauthenticated`.
  var roles: [String: String] = [:]
}
