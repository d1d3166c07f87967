public import SessionModel

/// What to renew.
public struct RefreshRequest: Sendable {
  /// The refresh token.
  public var refreshToken: Secret
  /// The pool's own name of the user (claim `username`), never an alias: the secret hash is made over it.
  public var username: String
  /// The key of the device that the tokens are bound to, where the pool tracks devices.
  public var deviceKey: String?
  /// Where the session was signed in; the refresh token goes there and nowhere else.
  public var binding: SessionBinding

  /// A request.
  public init(refreshToken: Secret, username: String, deviceKey: String?, binding: SessionBinding) {
    self.refreshToken = refreshToken
    self.username = username
    self.deviceKey = deviceKey
    self.binding = binding
  }
}

/// What a refresh brought, parsed and not yet checked.
///
/// `newRefreshToken` must be made durable before anything else is done with the answer: the old one may be spent.
public struct RefreshAnswer: Sendable {
  /// The successor of the refresh token, where the pool rotates them.
  public var newRefreshToken: Secret?
  /// The access token, unchecked; nil where the answer was damaged but brought a new refresh token.
  public var accessToken: Secret?
  /// The ID token, unchecked.
  public var idToken: Secret?
  /// The access token's life in seconds, as the provider says it (`ExpiresIn`).
  public var expiresInSeconds: Int64
  /// When the answer came, by our clock.
  public var receivedAt: Timestamp
  /// When the answer came, by the provider's clock (`Date`).
  public var providerDate: Timestamp?
}

/// How a revocation ended.
public enum RevocationOutcome: Hashable, Sendable {
  /// The refresh token is of no use any more.
  case done
  /// The provider can't revoke: the token lives until it expires.
  case unsupported
}
