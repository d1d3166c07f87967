/// What CreateIdentityPool and UpdateIdentityPool have in common.
extension IdentityPool {
  private static let foreign = [
    "SupportedLoginProviders", "OpenIdConnectProviderARNs", "SamlProviderARNs", "DeveloperProviderName",
  ]

  mutating func configure(_ request: Request) throws(ServiceError) {
    for member in Self.foreign where request.members[member] != nil {
      throw .invalidParameter("This local pool takes logins of its user pools only: leave \(member) out.")
    }
    name = request.text("IdentityPoolName")
    allowGuests = request.bool("AllowUnauthenticatedIdentities") ?? false
    allowClassic = request.bool("AllowClassicFlow") ?? false
    tags = request.members["IdentityPoolTags"]
    providers = try (request.objects("CognitoIdentityProviders") ?? []).map { json throws(ServiceError) in
      try Provider(json)
    }
  }

  /// The pool as Describe answers it.
  var description: [String: JSON] {
    var members: [String: JSON] = [
      "IdentityPoolId": .string(id), "IdentityPoolName": .string(name),
      "AllowUnauthenticatedIdentities": .bool(allowGuests), "AllowClassicFlow": .bool(allowClassic),
    ]
    if !providers.isEmpty { members["CognitoIdentityProviders"] = .array(providers.map(\.json)) }
    members["IdentityPoolTags"] = tags
    return members
  }
}

extension IdentityPool.Provider {
  /// `cognito-idp.REGION.amazonaws.com/POOL`, or the issuer of a local pool without its scheme.
  fileprivate init(_ json: JSON) throws(ServiceError) {
    guard let name = json["ProviderName"]?.asString, let client = json["ClientId"]?.asString else {
      throw .invalidParameter("CognitoIdentityProviders need ProviderName and ClientId.")
    }
    let poolID = name.split(separator: "/").last.map(String.init) ?? ""
    guard name.contains("/"), poolID.contains("_") else {
      throw .invalidParameter("\(name) is not the provider name of a user pool.")
    }
    self.init(userPoolID: poolID, clientID: client, checksOnServer: json["ServerSideTokenCheck"]?.asBool ?? false)
    if self.name != name { givenName = name }
  }

  fileprivate var json: JSON {
    .object([
      "ProviderName": .string(name), "ClientId": .string(clientID), "ServerSideTokenCheck": .bool(checksOnServer),
    ])
  }
}
