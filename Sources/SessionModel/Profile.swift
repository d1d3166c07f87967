/// How to reach one identity provider as one client. No secrets in it.
public struct Profile: Hashable, Sendable {
  /// Its name.
  public var name: ProfileName
  /// The provider, with what is particular to its kind.
  public var provider: Provider
  /// When tokens are renewed.
  public var refresh: RefreshPolicy
  /// A PEM file of certificate authorities to trust instead of the system's.
  public var caFile: String?
  /// The pool's refresh token lifetime in days, only to warn before it ends.
  public var refreshTokenDays: Int?
  /// The pool's rotation grace period in seconds.
  public var rotationGraceSeconds: Int?

  /// A profile.
  public init(
    name: ProfileName, provider: Provider, refresh: RefreshPolicy = .proactive, caFile: String? = nil,
    refreshTokenDays: Int? = nil, rotationGraceSeconds: Int? = nil
  ) {
    self.name = name
    self.provider = provider
    self.refresh = refresh
    self.caFile = caFile
    self.refreshTokenDays = refreshTokenDays
    self.rotationGraceSeconds = rotationGraceSeconds
  }

  /// The kinds of provider.
  public enum Provider: Hashable, Sendable {
    case cognito(CognitoSettings)
    case oidc(issuer: String, clientID: String)
  }
}

/// When tokens are renewed.
public enum RefreshPolicy: String, Hashable, Sendable, CaseIterable {
  /// Before they expire, whether or not somebody asks.
  case proactive
  /// When a request finds little of the life left.
  case onDemand = "on-demand"
}

/// A Cognito user pool and app client.
public struct CognitoSettings: Hashable, Sendable {
  /// The user pool's id, `REGION_ID`.
  public var userPoolID: String
  /// The app client's id.
  public var clientID: String
  /// The region, where it is not the pool id's.
  public var region: String?
  /// The service's base URL instead of the regional one; no trailing slash.
  public var endpoint: String?
  /// The flow when none is asked for.
  public var authFlow: LoginFlow?

  /// A pool and client.
  public init(
    userPoolID: String, clientID: String, region: String? = nil, endpoint: String? = nil, authFlow: LoginFlow? = nil
  ) {
    self.userPoolID = userPoolID
    self.clientID = clientID
    self.region = region
    self.endpoint = endpoint
    self.authFlow = authFlow
  }

  /// The region: set, or what stands before `_` in the pool's id.
  public var effectiveRegion: String {
    region ?? String(userPoolID.prefix { $0 != "_" })
  }

  /// The pool's name in SRP: what stands after `_` in its id.
  public var poolName: String { String(userPoolID.drop { $0 != "_" }.dropFirst()) }

  /// Where requests go: `endpoint`, else `https://cognito-idp.REGION.SUFFIX`.
  public var serviceURL: String { endpoint ?? "https://cognito-idp.\(effectiveRegion).\(dnsSuffix)" }

  /// The issuers that a token of this pool may name.
  public var issuers: [String] {
    let regional = [
      "https://cognito-idp.\(effectiveRegion).\(dnsSuffix)/\(userPoolID)",
      "https://issuer-cognito-idp.\(effectiveRegion).\(dnsSuffix)/\(userPoolID)",
    ]
    return (endpoint.map { ["\($0)/\(userPoolID)"] } ?? []) + regional
  }

  /// Where the pool's keys are.
  public var jwksURL: String { "\(serviceURL)/\(userPoolID)/.well-known/jwks.json" }

  private var dnsSuffix: String {
    if effectiveRegion.hasPrefix("cn-") { return "amazonaws.com.cn" }
    if effectiveRegion.hasPrefix("eusc-") { return "amazonaws.eu" }
    return "amazonaws.com"
  }
}
