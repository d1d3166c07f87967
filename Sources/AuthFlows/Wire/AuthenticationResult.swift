internal import SessionModel
internal import WireJSON

/// `AuthenticationResult` of InitiateAuth, RespondToAuthChallenge and GetTokensFromRefreshToken.
struct AuthenticationResult {
  var accessToken: Secret?
  var idToken: Secret?
  var refreshToken: Secret?
  var expiresInSeconds: Int64?

  /// Reads the members one by one into `self`, so that what was read before a damage is kept.
  mutating func read(_ reader: inout JSONReader) throws {
    try reader.object { name, value in
      switch name {
      case "AccessToken": accessToken = try AuthenticationResult.token(&value)
      case "IdToken": idToken = try AuthenticationResult.token(&value)
      case "RefreshToken": refreshToken = try AuthenticationResult.token(&value)
      case "ExpiresIn": expiresInSeconds = try value.null() ? nil : value.integer()
      default: try value.skip()
      }
    }
  }

  private static func token(_ value: inout JSONReader) throws -> Secret? {
    if value.null() { return nil }
    let token = try value.secret()
    return token.isEmpty ? nil : token
  }
}
