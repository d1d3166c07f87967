internal import SessionModel
internal import WireJSON

/// What is known of a session beside its tokens, as it is sealed: a JSON object. No secret in it.
struct SessionDetails {
  var identity: Identity
  var tokenEndpoint: String
  var revocationEndpoint: String?
  var userPoolID: String?
  var caFile: String?
  var anchor: TimeAnchor?
  var signedInAt: Timestamp
  var lastRefreshAt: Timestamp?
  var refreshIntent: Int64?
  var signInRequired: SessionReason?
  var rotates: Bool?
  var deviceKey: String?
  var hasRefreshToken: Bool
  var access: TokenFacts
  var id: TokenFacts?

  init(_ record: SessionRecord) {
    identity = record.identity
    tokenEndpoint = record.binding.tokenEndpoint
    revocationEndpoint = record.binding.revocationEndpoint
    userPoolID = record.binding.userPoolID
    caFile = record.binding.caFile
    anchor = record.anchor
    signedInAt = record.signedInAt
    lastRefreshAt = record.lastRefreshAt
    refreshIntent = record.refreshIntent
    signInRequired = record.signInRequired
    rotates = record.rotates
    deviceKey = record.deviceKey
    hasRefreshToken = record.tokens.refreshToken != nil
    access = TokenFacts(record.tokens.access)
    id = record.tokens.id.map(TokenFacts.init)
  }

  func binding(issuer: String, clientID: String) -> SessionBinding {
    SessionBinding(
      issuer: issuer, tokenEndpoint: tokenEndpoint, revocationEndpoint: revocationEndpoint, clientID: clientID,
      userPoolID: userPoolID, caFile: caFile)
  }
}

/// What is kept of a token beside its value. Without claims in the token there must be none in the store.
struct TokenFacts {
  var issuedAt: Timestamp
  var expiresAt: Timestamp
  var hasClaims: Bool

  init(_ token: Token) {
    issuedAt = token.issuedAt
    expiresAt = token.expiresAt
    hasClaims = token.claims != nil
  }

  /// The token; nil where value or claims are missing, or claims too many.
  func token(_ value: Secret?, _ claims: Secret?) -> Token? {
    guard let value, hasClaims == (claims != nil) else { return nil }
    return Token(
      value: value, issuedAt: issuedAt, expiresAt: expiresAt,
      claims: claims.map { $0.withRevealedBytes { bytes in Array(bytes) } })
  }
}

extension SessionDetails {
  var encoded: Secret {
    let object: JSONValue = [
      "identity": [
        "issuer": .string(identity.issuer), "subject": .string(identity.subject),
        "username": .string(identity.username), "scopes": .array(identity.scopes.map(JSONValue.string)),
      ],
      "token_endpoint": .string(tokenEndpoint), "revocation_endpoint": .optional(revocationEndpoint),
      "user_pool_id": .optional(userPoolID), "ca_file": .optional(caFile),
      "anchor": anchor?.json ?? .null, "signed_in_at": .integer(signedInAt.milliseconds),
      "last_refresh_at": lastRefreshAt.map { .integer($0.milliseconds) } ?? .null,
      "refresh_intent": refreshIntent.map(JSONValue.integer) ?? .null,
      "sign_in_required": .optional(signInRequired?.rawValue), "rotates": rotates.map(JSONValue.bool) ?? .null,
      "device_key": .optional(deviceKey),
      "has_refresh_token": .bool(hasRefreshToken), "access": access.json, "id": id?.json ?? .null,
    ]
    return Secret(copying: object.serialized())
  }

  /// Nil where the object is not one of ours.
  init?(_ encoded: Secret) {
    guard let json = JSONValue(parsing: encoded), let person = json["identity"], let issuer = person["issuer"]?.string,
      let subject = person["subject"]?.string, let username = person["username"]?.string,
      let scopes = person["scopes"]?.array, let tokenEndpoint = json["token_endpoint"]?.string,
      let signedInAt = json["signed_in_at"]?.integer, let hasRefreshToken = json["has_refresh_token"]?.bool,
      let access = json["access"].flatMap(TokenFacts.init(json:))
    else { return nil }
    identity = Identity(
      issuer: issuer, subject: subject, username: username, scopes: scopes.compactMap { $0.string })
    self.tokenEndpoint = tokenEndpoint
    revocationEndpoint = json["revocation_endpoint"]?.string
    userPoolID = json["user_pool_id"]?.string
    caFile = json["ca_file"]?.string
    anchor = json["anchor"].flatMap(TimeAnchor.init(json:))
    self.signedInAt = Timestamp(milliseconds: signedInAt)
    lastRefreshAt = json["last_refresh_at"]?.integer.map { Timestamp(milliseconds: $0) }
    refreshIntent = json["refresh_intent"]?.integer
    deviceKey = json["device_key"]?.string
    self.hasRefreshToken = hasRefreshToken
    self.access = access
    id = json["id"].flatMap(TokenFacts.init(json:))
    rotates = json["rotates"]?.bool
    // A reason that this version does not know must not turn into a working session.
    signInRequired = json["sign_in_required"]?.string.map { SessionReason(rawValue: $0) ?? .refused }
  }
}

extension TokenFacts {
  var json: JSONValue {
    [
      "issued_at": .integer(issuedAt.milliseconds), "expires_at": .integer(expiresAt.milliseconds),
      "has_claims": .bool(hasClaims),
    ]
  }

  init?(json: JSONValue) {
    guard let issuedAt = json["issued_at"]?.integer, let expiresAt = json["expires_at"]?.integer,
      let hasClaims = json["has_claims"]?.bool
    else { return nil }
    self.issuedAt = Timestamp(milliseconds: issuedAt)
    self.expiresAt = Timestamp(milliseconds: expiresAt)
    self.hasClaims = hasClaims
  }
}

extension TimeAnchor {
  fileprivate var json: JSONValue {
    [
      "boot_id": .string(bootID), "boot": .integer(boot.milliseconds),
      "provider_time": .integer(providerTime.milliseconds), "skew": .integer(skew),
    ]
  }

  fileprivate init?(json: JSONValue) {
    guard let bootID = json["boot_id"]?.string, let boot = json["boot"]?.integer,
      let time = json["provider_time"]?.integer, let skew = json["skew"]?.integer
    else { return nil }
    self.init(
      bootID: bootID, boot: BootInstant(milliseconds: boot), providerTime: Timestamp(milliseconds: time), skew: skew)
  }
}

extension JSONValue {
  /// Nil where the bytes are not JSON.
  init?(parsing text: Secret) {
    let value = text.withRevealedBytes { bytes in try? JSONReader.read(bytes) { try $0.value() } }
    guard let value else { return nil }
    self = value
  }
}
