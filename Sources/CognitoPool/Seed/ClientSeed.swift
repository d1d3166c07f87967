extension AppClient {
  /// A client of a seed file, or one that `/_control` describes anew.
  init(_ object: inout StrictObject) throws(MemberError) {
    let id = try object.required("id", matching: "[\\w+]+", upTo: 128)
    self.init(id: id, name: id)
    try change(&object)
  }

  /// Takes over the members that are there.
  mutating func change(_ object: inout StrictObject) throws(MemberError) {
    name = try object.string("name") ?? name
    secret = try Self.secret(&object, now: secret)
    flows = try Self.flows(&object) ?? flows
    accessTokenSeconds = try object.positive("access_token_seconds", default: accessTokenSeconds)
    idTokenSeconds = try object.positive("id_token_seconds", default: idTokenSeconds)
    refreshTokenSeconds = try object.positive("refresh_token_seconds", default: refreshTokenSeconds)
    sessionSeconds = try object.positive("session_seconds", default: sessionSeconds)
    if var given = try object.object("rotation") {
      rotation.enabled = try given.bool("enabled") ?? rotation.enabled
      rotation.graceSeconds = try given.integer("grace_seconds") ?? rotation.graceSeconds
      guard 0...60 ~= rotation.graceSeconds else {
        throw MemberError(path: given.name("grace_seconds"), problem: "must be between 0 and 60")
      }
      try given.finish()
    }
    preventUserExistenceErrors =
      try object.bool("prevent_user_existence_errors") ?? preventUserExistenceErrors
    callbackURLs = try object.strings("callback_urls") ?? callbackURLs
    logoutURLs = try object.strings("logout_urls") ?? logoutURLs
    scopes = try object.strings("scopes") ?? scopes
  }

  /// Left out: as it was; null: none.
  private static func secret(_ object: inout StrictObject, now: String?) throws(MemberError) -> String? {
    guard object.has("secret") else { return now }
    guard let secret = try object.string("secret") else { return nil }
    guard let pattern = try? Pattern("[\\w+]+"), pattern.matches(secret), 24...64 ~= secret.utf16.count else {
      throw MemberError(path: object.name("secret"), problem: "must be 24 to 64 characters of [\\w+]")
    }
    return secret
  }

  private static func flows(_ object: inout StrictObject) throws(MemberError) -> [Flow]? {
    guard let names = try object.strings("flows") else { return nil }
    var flows: [Flow] = []
    for name in names {
      guard let flow = Flow(rawValue: name) else {
        throw MemberError(path: object.name("flows"), problem: "\(name) is not a known flow")
      }
      flows.append(flow)
    }
    return flows
  }
}
