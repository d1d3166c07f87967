/// An operation that the pool carries out: how to find the pool it is for, and what it does there.
struct Operation: Sendable {
  /// Which member of the request says whose it is.
  enum Scope: Sendable {
    case client
    /// RevokeToken, which calls an unknown client unauthorized.
    case revokingClient
    case accessToken
    case accessTokenOrSession
    /// Administration: the pool is named, and must be in the region that the request is signed for.
    case userPool
  }

  /// Which member of the request names the identity pool.
  enum IdentityScope: Sendable {
    case pool
    case identity
  }

  enum Work: Sendable {
    case inUserPool(Scope, @Sendable (inout PoolTurn, Request) throws -> [String: JSON])
    case inIdentityPool(IdentityScope, @Sendable (inout IdentityTurn, Request) throws -> [String: JSON])
    case onAllPools(@Sendable (inout DirectoryTurn, Request) throws -> [String: JSON])
  }

  let work: Work

  init(_ scope: Scope, _ run: @escaping @Sendable (inout PoolTurn, Request) throws -> [String: JSON]) {
    work = .inUserPool(scope, run)
  }

  init(
    identities scope: IdentityScope,
    _ run: @escaping @Sendable (inout IdentityTurn, Request) throws -> [String: JSON]
  ) {
    work = .inIdentityPool(scope, run)
  }

  init(onAllPools run: @escaping @Sendable (inout DirectoryTurn, Request) throws -> [String: JSON]) {
    work = .onAllPools(run)
  }

  /// Everything that the pool carries out, by name, as in `X-Amz-Target`.
  static let all = accounts.merging(administration) { $1 }.merging(identities) { $1 }

  /// Signing in, and what people do with their own accounts.
  private static let accounts: [String: Operation] = [
    "AdminInitiateAuth": Operation(.userPool) { try $0.initiateAuth($1, byAdministrator: true) },
    "AdminRespondToAuthChallenge": Operation(.userPool) { try $0.respondToAuthChallenge($1) },
    "AssociateSoftwareToken": Operation(.accessTokenOrSession) { try $0.associateSoftwareToken($1) },
    "ChangePassword": Operation(.accessToken) { try $0.changePassword($1) },
    "ConfirmDevice": Operation(.accessToken) { try $0.confirmDevice($1) },
    "ConfirmForgotPassword": Operation(.client) { try $0.confirmForgotPassword($1) },
    "ConfirmSignUp": Operation(.client) { try $0.confirmSignUp($1) },
    "DeleteUser": Operation(.accessToken) { try $0.deleteUser($1) },
    "DeleteUserAttributes": Operation(.accessToken) { try $0.deleteUserAttributes($1) },
    "DeleteWebAuthnCredential": Operation(.accessToken) { try $0.deleteWebAuthnCredential($1) },
    "ForgetDevice": Operation(.accessToken) { try $0.forgetDevice($1) },
    "ForgotPassword": Operation(.client) { try $0.forgotPassword($1) },
    "GetDevice": Operation(.accessToken) { try $0.getDevice($1) },
    "GetTokensFromRefreshToken": Operation(.client) { try $0.getTokensFromRefreshToken($1) },
    "GetUser": Operation(.accessToken) { try $0.getUser($1) },
    "GetUserAttributeVerificationCode": Operation(.accessToken) { try $0.getUserAttributeVerificationCode($1) },
    "GetUserAuthFactors": Operation(.accessToken) { try $0.getUserAuthFactors($1) },
    "GlobalSignOut": Operation(.accessToken) { try $0.globalSignOut($1) },
    "InitiateAuth": Operation(.client) { try $0.initiateAuth($1) },
    "ListDevices": Operation(.accessToken) { try $0.listDevices($1) },
    "ListWebAuthnCredentials": Operation(.accessToken) { try $0.listWebAuthnCredentials($1) },
    "ResendConfirmationCode": Operation(.client) { try $0.resendConfirmationCode($1) },
    "RespondToAuthChallenge": Operation(.client) { try $0.respondToAuthChallenge($1) },
    "RevokeToken": Operation(.revokingClient) { try $0.revokeToken($1) },
    "SetUserMFAPreference": Operation(.accessToken) { try $0.setUserMFAPreference($1) },
    "SetUserSettings": Operation(.accessToken) { try $0.setUserSettings($1) },
    "SignUp": Operation(.client) { try $0.signUp($1) },
    "UpdateDeviceStatus": Operation(.accessToken) { try $0.updateDeviceStatus($1) },
    "UpdateUserAttributes": Operation(.accessToken) { try $0.updateUserAttributes($1) },
    "VerifySoftwareToken": Operation(.accessTokenOrSession) { try $0.verifySoftwareToken($1) },
    "VerifyUserAttribute": Operation(.accessToken) { try $0.verifyUserAttribute($1) },
  ]
}
