import Foundation

/// Addresses, flows and scopes of the hosted pages.
extension UserPool {
  private static let standardScopes: Set = ["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"]

  func takeOAuth(_ request: Request, into client: inout AppClient) throws(ServiceError) {
    client.callbackURLs = request.strings("CallbackURLs") ?? []
    client.logoutURLs = request.strings("LogoutURLs") ?? []
    client.scopes = request.strings("AllowedOAuthScopes") ?? []
    for url in client.callbackURLs + client.logoutURLs { try Self.checkRedirect(url) }
    if let address = request.string("DefaultRedirectURI"), !client.callbackURLs.contains(address) {
      throw .invalidParameter("DefaultRedirectURI must be one of CallbackURLs.")
    }
    for provider in request.strings("SupportedIdentityProviders") ?? [] where provider != "COGNITO" {
      throw .invalidParameter("The provider \(provider) does not exist for User Pool \(id).")
    }
    for scope in client.scopes where !Self.standardScopes.contains(scope) && !isScope(scope) {
      throw ServiceError(name: "ScopeDoesNotExistException", message: "Invalid scope requested: \(scope)")
    }
    try checkFlows(request, client)
  }

  private func checkFlows(_ request: Request, _ client: AppClient) throws(ServiceError) {
    let flows = request.strings("AllowedOAuthFlows") ?? []
    if request.bool("AllowedOAuthFlowsUserPoolClient") == true, flows.isEmpty || client.scopes.isEmpty {
      throw .invalidParameter(
        "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
    }
    if flows.contains("client_credentials") {
      if flows.count > 1 {
        throw .invalidParameter(
          "client_credentials flow can not be selected along with code flow or implicit flow.")
      }
      if client.secret == nil {
        throw .invalidParameter("client_credentials flow can not be selected if client does not have a client secret.")
      }
    } else if !flows.isEmpty, client.callbackURLs.isEmpty {
      throw .invalidParameter("CallbackURLs are required with the code and implicit flows.")
    }
  }

  /// `RESOURCE_SERVER/SCOPE` of a resource server of this pool.
  private func isScope(_ name: String) -> Bool {
    settings.resourceServers.values.contains { server in
      name.hasPrefix(server.identifier + "/")
        && server.scopes[String(name.dropFirst(server.identifier.utf8.count + 1))] != nil
    }
  }

  /// https, an app's own scheme, or http on this machine; absolute and without a fragment.
  private static func checkRedirect(_ text: String) throws(ServiceError) {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased() else {
      throw .invalidParameter("\(text) is not a valid URL.")
    }
    if parts.fragment != nil { throw .invalidParameter("\(text) cannot contain a fragment.") }
    if scheme == "http", !["localhost", "127.0.0.1", "[::1]"].contains(parts.host ?? "") {
      throw .invalidParameter("\(text) cannot use the HTTP protocol.")
    }
    if scheme == "https" || scheme == "http", (parts.host ?? "").isEmpty {
      throw .invalidParameter("\(text) is not a valid URL.")
    }
  }
}
