/// The keys of a profile, the same in its TOML file, in JSON and in `agentctl profile add --set`.
public enum ProfileKey: String, Hashable, Sendable, CaseIterable {
  case provider
  case refresh
  case caFile = "ca_file"
  case refreshTokenDays = "refresh_token_days"
  case rotationGraceSeconds = "rotation_grace_seconds"
  case gitHosts = "git_hosts"
  case dockerHosts = "docker_hosts"
  case userPoolID = "user_pool_id"
  case issuer
  case clientID = "client_id"
  case region
  case endpoint
  case domain
  case scopes
  case audience
  case redirectURIs = "redirect_uris"
  case logoutURI = "logout_uri"
  case authFlow = "auth_flow"
  case identityProvider = "identity_provider"
  case idpIdentifier = "idp_identifier"
  case lang
  case tokenEndpointAuthMethod = "token_endpoint_auth_method"
  case clientKeyFile = "client_key_file"
  case dpop
  case loginHint = "login_hint"
  case identityPoolID = "identity_pool_id"
  case identityEndpoint = "identity_endpoint"
  case stsEndpoint = "sts_endpoint"
  case roleARN = "role_arn"
  case awsFlow = "aws_flow"
  case awsRegion = "aws_region"
  case loginsKey = "logins_key"

  /// What a key's value is.
  public enum ValueType: Hashable, Sendable {
    case string
    case oneOf([String])
    case integer
    case boolean
    case strings
  }

  /// What this key's value is.
  public var type: ValueType {
    switch self {
    case .provider: .oneOf(["cognito", "oidc"])
    case .refresh: .oneOf(["proactive", "on-demand"])
    case .awsFlow: .oneOf(["enhanced", "classic"])
    case .authFlow:
      .oneOf(["srp", "password", "custom", "custom-srp", "choice", "web", "device", "guest", "admin"])
    case .tokenEndpointAuthMethod:
      .oneOf(["none", "client_secret_basic", "client_secret_post", "private_key_jwt"])
    case .refreshTokenDays, .rotationGraceSeconds: .integer
    case .dpop: .boolean
    case .gitHosts, .dockerHosts, .scopes, .redirectURIs: .strings
    case .caFile, .userPoolID, .issuer, .clientID, .region, .endpoint, .domain, .audience, .logoutURI,
      .identityProvider, .idpIdentifier, .lang, .clientKeyFile, .loginHint, .identityPoolID, .identityEndpoint,
      .stsEndpoint, .roleARN, .awsRegion, .loginsKey:
      .string
    }
  }

  /// The only provider that knows the key; nil where both do.
  public var onlyFor: String? {
    switch self {
    case .userPoolID, .region, .endpoint, .domain, .authFlow, .identityProvider, .idpIdentifier, .lang: "cognito"
    case .issuer, .audience, .tokenEndpointAuthMethod, .clientKeyFile, .dpop, .loginHint, .loginsKey: "oidc"
    case .provider, .refresh, .caFile, .refreshTokenDays, .rotationGraceSeconds, .gitHosts, .dockerHosts, .clientID,
      .scopes, .redirectURIs, .logoutURI, .identityPoolID, .identityEndpoint, .stsEndpoint, .roleARN, .awsFlow,
      .awsRegion:
      nil
    }
  }
}
