internal import SessionModel
internal import WireJSON

/// `AuthenticationResult` of InitiateAuth, RespondToAuthChallenge and GetTokensFromRefreshToken.
struct AuthenticationResult {
  var accessToken: Secret?
  var idToken: Secret?
  var refreshToken: Secret?
  var expiresInSeconds: Int64?
  var newDevice: NewDevice?

  /// Reads the members one by one into `self`, so that what was read before a damage is kept.
  mutating func read(_ reader: inout JSONReader) throws {
    try reader.object { name, value in
      switch name {
      case "AccessToken": accessToken = try AuthenticationResult.token(&value)
      case "IdToken": idToken = try AuthenticationResult.token(&value)
      case "RefreshToken": refreshToken = try AuthenticationResult.token(&value)
      case "ExpiresIn": expiresInSeconds = try value.null() ? nil : value.integer()
      case "NewDeviceMetadata": newDevice = try value.null() ? nil : NewDevice(&value)
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

/// `NewDeviceMetadata`: the pool has not seen this device before.
struct NewDevice: Hashable {
  /// `DeviceKey`.
  var key: String
  /// `DeviceGroupKey`.
  var groupKey: String

  /// Nil where a key is missing.
  init?(_ reader: inout JSONReader) throws {
    var keys: [String: String] = [:]
    try reader.object { name, value in
      if ["DeviceKey", "DeviceGroupKey"].contains(name), !value.null() {
        keys[name] = try value.string()
      } else {
        try value.skip()
      }
    }
    guard let key = keys["DeviceKey"], let group = keys["DeviceGroupKey"], !key.isEmpty else { return nil }
    self.key = key
    groupKey = group
  }
}
