/// The user pool operations in use (API `AWSCognitoIdentityProviderService`, 2016-04-18).
enum Operation: String, CaseIterable {
  // Signing in.
  case initiateAuth = "InitiateAuth"
  case respondToAuthChallenge = "RespondToAuthChallenge"
  case adminInitiateAuth = "AdminInitiateAuth"
  case adminRespondToAuthChallenge = "AdminRespondToAuthChallenge"
  case associateSoftwareToken = "AssociateSoftwareToken"
  case verifySoftwareToken = "VerifySoftwareToken"
  case confirmDevice = "ConfirmDevice"

  // A session's life.
  case getTokensFromRefreshToken = "GetTokensFromRefreshToken"
  case revokeToken = "RevokeToken"
  case globalSignOut = "GlobalSignOut"

  // An account before its sign-in.
  case signUp = "SignUp"
  case confirmSignUp = "ConfirmSignUp"
  case resendConfirmationCode = "ResendConfirmationCode"
  case forgotPassword = "ForgotPassword"
  case confirmForgotPassword = "ConfirmForgotPassword"

  // An account after it.
  case getUser = "GetUser"
  case changePassword = "ChangePassword"
  case updateUserAttributes = "UpdateUserAttributes"
  case deleteUserAttributes = "DeleteUserAttributes"
  case getUserAttributeVerificationCode = "GetUserAttributeVerificationCode"
  case verifyUserAttribute = "VerifyUserAttribute"
  case setUserMFAPreference = "SetUserMFAPreference"
  case listDevices = "ListDevices"
  case updateDeviceStatus = "UpdateDeviceStatus"
  case forgetDevice = "ForgetDevice"
  case listWebAuthnCredentials = "ListWebAuthnCredentials"
  case deleteWebAuthnCredential = "DeleteWebAuthnCredential"
  case deleteUser = "DeleteUser"
}

/// What an operation is called for, which decides how its failure is told.
enum Purpose: Hashable, CaseIterable {
  /// A person is signing in.
  case signIn
  /// A session is being renewed.
  case refresh
  /// A session is being ended.
  case signOut
  /// Somebody who is not signed in makes an account or gets back into it.
  case signUp
  /// Somebody who is signed in looks after the account.
  case account
}
