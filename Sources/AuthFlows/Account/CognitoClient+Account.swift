public import SessionModel
internal import WireJSON

/// The account as a whole, for who is signed in with the scope `aws.cognito.signin.user.admin`.
extension CognitoClient {
  /// The account (GetUser).
  public func user(accessToken: Secret) async throws(ProviderFailure) -> Account {
    let answer = try await account(.getUser, accessToken)
    var username: String?
    var user = Account(username: "", attributes: [:], mfa: MFASettings(methods: [], preferred: nil))
    try answer.read { name, value in
      if value.null() { return }
      switch name {
      case "Username": username = try value.string()
      case "UserAttributes": user.attributes = try JSONValue.readAttributes(&value)
      case "UserMFASettingList": try value.array { user.mfa.methods.append(try $0.string()) }
      case "PreferredMfaSetting": user.mfa.preferred = try value.string()
      default: try value.skip()
      }
    }
    guard let username, !username.isEmpty else { throw answer.unusable() }
    user.username = username
    return user
  }

  /// Replaces the password (ChangePassword).
  ///
  /// - Parameter old: nil for an account that has none yet.
  public func changePassword(accessToken: Secret, old: Secret?, new: Secret) async throws(ProviderFailure) {
    var body = [JSONMember("AccessToken", .secret(accessToken)), JSONMember("ProposedPassword", .secret(new))]
    if let old { body.append(JSONMember("PreviousPassword", .secret(old))) }
    try await account(.changePassword, body, for: .account).expectNothing()
  }

  /// Deletes the account for ever (DeleteUser).
  public func deleteUser(accessToken: Secret) async throws(ProviderFailure) {
    try await account(.deleteUser, accessToken).expectNothing()
  }
}
