/// One identity pool with its identities.
struct IdentityPool: Codable, Sendable, Equatable {
  struct Provider: Codable, Sendable, Equatable {
    let userPoolID: String
    let clientID: String
    /// Tokens of who has signed out, or is gone, are refused.
    var checksOnServer = false
    /// As it was given, where that is not AWS's form.
    var givenName: String?

    /// The key of `Logins`.
    var name: String {
      let region = userPoolID.prefix { $0 != "_" }
      return givenName ?? "cognito-idp.\(region).amazonaws.com/\(userPoolID)"
    }
  }

  let id: String
  var name = ""
  var allowGuests = false
  var allowClassic = false
  var credentialsSeconds = 3600
  var providers: [Provider] = []
  /// Role ARNs by `authenticated` and `unauthenticated`.
  var roles: [String: String] = [:]
  /// `RoleMappings` as they were given.
  var roleMappings: [String: JSON] = [:]
  var tags: JSON?
  /// By id.
  var identities: [String: Identity] = [:]

  var region: String { String(id.prefix { $0 != ":" }) }
}

/// A guest, or whoever has signed in with one of its logins.
struct Identity: Codable, Sendable, Equatable {
  let id: String
  /// `sub` by provider name.
  var logins: [String: String] = [:]
  let createdAt: Seconds
  var modifiedAt: Seconds

  var isGuest: Bool { logins.isEmpty }
}
