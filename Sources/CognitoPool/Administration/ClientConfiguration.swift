/// What CreateUserPoolClient and UpdateUserPoolClient have in common.
extension UserPool {
  private static let kept = [
    "RefreshTokenValidity", "AccessTokenValidity", "IdTokenValidity", "TokenValidityUnits", "ReadAttributes",
    "WriteAttributes", "ExplicitAuthFlows", "SupportedIdentityProviders", "DefaultRedirectURI", "AllowedOAuthFlows",
    "AllowedOAuthFlowsUserPoolClient", "EnableTokenRevocation", "RefreshTokenRotation",
  ]

  /// Takes over what a request says; the client comes with every default.
  func configure(_ client: inout AppClient, by request: Request) throws {
    if request.members["AnalyticsConfiguration"] != nil {
      throw ServiceError.invalidParameter("This local pool has no analytics: leave AnalyticsConfiguration out.")
    }
    if request.bool("EnablePropagateAdditionalUserContextData") == true {
      throw ServiceError.invalidParameter(
        "This local pool has no threat protection: leave EnablePropagateAdditionalUserContextData out.")
    }
    client.settings.given = request.kept(Self.kept)
    client.flows = try Self.flows(request.strings("ExplicitAuthFlows"))
    client.sessionSeconds = 60 * (request.integer("AuthSessionValidity") ?? 3)
    client.preventUserExistenceErrors = request.string("PreventUserExistenceErrors") == "ENABLED"
    client.rotation.enabled = request.members["RefreshTokenRotation"]?["Feature"]?.asString == "ENABLED"
    client.rotation.graceSeconds =
      request.members["RefreshTokenRotation"]?["RetryGracePeriodSeconds"]?.asInteger ?? 0
    if client.rotation.enabled, client.flows.contains(.refreshToken) {
      throw ServiceError.invalidParameter(
        "Refresh token rotation can't be enabled together with ALLOW_REFRESH_TOKEN_AUTH.")
    }
    try TokenValidity(request).apply(to: &client)
    try checkAttributes(request)
    try takeOAuth(request, into: &client)
  }

  /// The flows by their present names; the three of old stand for what they allowed.
  private static func flows(_ names: [String]?) throws(ServiceError) -> [AppClient.Flow] {
    guard let names, !names.isEmpty else { return [.userSRP, .refreshToken, .custom] }
    let (new, old) = (names.filter { $0.hasPrefix("ALLOW_") }, names.filter { !$0.hasPrefix("ALLOW_") })
    guard new.isEmpty || old.isEmpty else {
      throw .invalidParameter(
        "ExplicitAuthFlows can't have names with and without the prefix ALLOW_ at the same time.")
    }
    if let name = new.first(where: { AppClient.Flow(rawValue: $0) == nil }) {
      throw .invalidParameter("This local pool does not carry out \(name).")
    }
    let legacy: [String: AppClient.Flow] = [
      "ADMIN_NO_SRP_AUTH": .adminPassword, "USER_PASSWORD_AUTH": .userPassword, "CUSTOM_AUTH_FLOW_ONLY": .custom,
    ]
    let allowed = Set(new.compactMap(AppClient.Flow.init(rawValue:)) + old.compactMap { legacy[$0] })
    let implied: Set<AppClient.Flow> =
      old.isEmpty ? [] : old.contains("CUSTOM_AUTH_FLOW_ONLY") ? [.refreshToken] : [.userSRP, .refreshToken]
    return AppClient.Flow.allCases.filter(allowed.union(implied).contains)
  }

  private func checkAttributes(_ request: Request) throws(ServiceError) {
    let known = Set(schema.map(\.name))
    for (member, kind) in [("ReadAttributes", "read"), ("WriteAttributes", "write")] {
      guard let names = request.strings(member), !known.isSuperset(of: names) else { continue }
      throw .invalidParameter("Invalid \(kind) attributes specified while creating a client")
    }
    guard let names = request.strings("WriteAttributes"), !names.isEmpty else { return }
    guard !names.contains(where: Self.unwritable.contains) else {
      throw .invalidParameter("Invalid write attributes specified while creating a client")
    }
  }
}

/// Lifetimes and their units.
private struct TokenValidity {
  private let request: Request

  init(_ request: Request) { self.request = request }

  func apply(to client: inout AppClient) throws(ServiceError) {
    client.accessTokenSeconds = try seconds("AccessToken", "hours", default: 3600, 300...86400)
    client.idTokenSeconds = try seconds("IdToken", "hours", default: 3600, 300...86400)
    client.refreshTokenSeconds = try seconds("RefreshToken", "days", default: 30 * 86400, 3600...315_360_000)
    if client.refreshTokenSeconds < max(client.accessTokenSeconds, client.idTokenSeconds) {
      throw .invalidParameter("Access and ID tokens can't be valid for longer than the refresh token.")
    }
  }

  private func seconds(
    _ token: String, _ unit: String, default value: Int, _ range: ClosedRange<Int>
  ) throws(ServiceError) -> Int {
    guard let number = request.integer("\(token)Validity"), number != 0 else { return value }
    let unit = request.members["TokenValidityUnits"]?[token]?.asString ?? unit
    let factor = ["seconds": 1, "minutes": 60, "hours": 3600, "days": 86400][unit] ?? 1
    let (seconds, overflow) = number.multipliedReportingOverflow(by: factor)
    guard !overflow, range.contains(seconds) else {
      throw .invalidParameter("Invalid range for token validity.")
    }
    return seconds
  }
}
