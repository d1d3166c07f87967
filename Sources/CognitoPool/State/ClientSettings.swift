/// What the API has set about a client, beyond what sign-in looks at.
struct ClientSettings: Codable, Sendable, Equatable {
  var createdAt: Seconds = 0
  var modifiedAt: Seconds = 0
  /// Members of CreateUserPoolClient and UpdateUserPoolClient that are described as they were given.
  /// Nil for a client of a seed.
  var given: [String: JSON]?
}

extension AppClient {
  /// Whether people may set this attribute through this client; without a list, every one.
  private func mayWrite(_ attribute: String) -> Bool { isListed(attribute, in: "WriteAttributes") }

  func checkMayWrite(_ names: some Collection<String>) throws(ServiceError) {
    guard names.allSatisfy(mayWrite) else {
      throw .notAuthorized("A client attempted to write unauthorized attribute")
    }
  }

  /// Whether people may see this attribute through this client.
  func mayRead(_ attribute: String) -> Bool { isListed(attribute, in: "ReadAttributes") }

  private func isListed(_ attribute: String, in member: String) -> Bool {
    guard let names = settings.given?[member]?.asArray, !names.isEmpty else { return true }
    return names.contains(.string(attribute))
  }

  /// OAuth flows that the hosted pages serve; a client of a seed has the code flow where it has an address for it.
  var oauthFlows: [String] {
    guard let given = settings.given else { return callbackURLs.isEmpty ? [] : ["code"] }
    guard given["AllowedOAuthFlowsUserPoolClient"]?.asBool == true else { return [] }
    return (given["AllowedOAuthFlows"]?.asArray ?? []).compactMap(\.asString)
  }

  var allowsRevocation: Bool { settings.given?["EnableTokenRevocation"]?.asBool ?? true }
}
