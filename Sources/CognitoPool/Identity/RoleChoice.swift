/// Which role somebody gets: the pool's, or one by rules or by the token's groups.
extension IdentityTurn {
  private static let notConfigured = ServiceError(
    name: "InvalidIdentityPoolConfigurationException",
    message: "Invalid identity pool configuration. Check assigned IAM roles for this pool.")

  func role(for logins: [Login], wanted: String?) throws(ServiceError) -> String {
    guard let login = logins.first else { return try pooled("unauthenticated") }
    guard let mapping = mapping(for: login) else {
      guard wanted == nil else {
        throw .invalidParameter("CustomRoleArn needs a role mapping of type Token for the login's provider.")
      }
      return try pooled("authenticated")
    }
    if mapping["Type"]?.asString == "Token" { return try byToken(login, mapping, wanted: wanted) }
    let rules = mapping["RulesConfiguration"]?["Rules"]?.asArray ?? []
    if let rule = rules.first(where: { Self.meets($0, login.claims) }), let role = rule["RoleARN"]?.asString {
      return role
    }
    return try ambiguous(mapping)
  }

  private func pooled(_ kind: String) throws(ServiceError) -> String {
    guard let role = pool.roles[kind] else { throw Self.notConfigured }
    return role
  }

  /// Mappings are kept by `PROVIDER:CLIENT`.
  private func mapping(for login: Login) -> JSON? {
    let client = login.claims["aud"]?.asString ?? ""
    return pool.roleMappings["\(login.provider):\(client)"]
  }

  private func byToken(_ login: Login, _ mapping: JSON, wanted: String?) throws(ServiceError) -> String {
    let roles = (login.claims["cognito:roles"]?.asArray ?? []).compactMap(\.asString)
    if let wanted {
      guard roles.contains(wanted) else { throw .notAuthorized("Access to the role \(wanted) is forbidden.") }
      return wanted
    }
    if let preferred = login.claims["cognito:preferred_role"]?.asString { return preferred }
    return roles.count == 1 ? roles[0] : try ambiguous(mapping)
  }

  private func ambiguous(_ mapping: JSON) throws(ServiceError) -> String {
    guard mapping["AmbiguousRoleResolution"]?.asString == "AuthenticatedRole" else {
      throw .notAuthorized("No role could be chosen for the login.")
    }
    return try pooled("authenticated")
  }

  private static func meets(_ rule: JSON, _ claims: [String: JSON]) -> Bool {
    guard let name = rule["Claim"]?.asString, let wanted = rule["Value"]?.asString,
      let value = claims[name]?.asString
    else { return false }
    return switch rule["MatchType"]?.asString {
    case "Equals": value == wanted
    case "NotEqual": value != wanted
    case "StartsWith": value.hasPrefix(wanted)
    case "Contains": value.contains(wanted)
    default: false
    }
  }
}
