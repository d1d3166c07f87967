/// The user pool operations in use (API `AWSCognitoIdentityProviderService`, 2016-04-18).
enum Operation: String, CaseIterable {
  case initiateAuth = "InitiateAuth"
  case respondToAuthChallenge = "RespondToAuthChallenge"
  case associateSoftwareToken = "AssociateSoftwareToken"
  case verifySoftwareToken = "VerifySoftwareToken"
  case getTokensFromRefreshToken = "GetTokensFromRefreshToken"
  case revokeToken = "RevokeToken"
  case globalSignOut = "GlobalSignOut"
}

/// What an operation is called for, which decides how its failure is told.
enum Purpose: Hashable, CaseIterable {
  /// A person is signing in.
  case signIn
  /// A session is being renewed.
  case refresh
  /// A session is being ended.
  case signOut
}
