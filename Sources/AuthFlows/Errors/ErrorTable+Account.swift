internal import SessionModel

/// What exceptions mean where that is something else than at a sign-in: to who looks after an account, above all. These
/// rows come before the others.
extension ErrorRow {
  /// The rows that hold for one purpose only.
  static func particular(to purpose: Purpose) -> [ErrorRow] {
    switch purpose {
    case .signIn: []
    case .refresh, .signOut: unsigned
    case .signUp: signingUp + entries + unsigned
    case .account: signedIn + entries + unsigned
    }
  }

  /// Not signed in: an account is made, or its owner gets back into it.
  private static let signingUp: [ErrorRow] = [
    ErrorRow(
      "UserNotFoundException", .blocked(.refused), .credentialsRefused, because: .wrongCredentials,
      "The user pool has no user of that name.", "Check the name.")
  ]

  /// Signed in. What makes the access token useless comes as `signInRequired`.
  private static let signedIn: [ErrorRow] = [
    ErrorRow(
      "NotAuthorizedException", saying: "incorrect username or password", .blocked(.refused), .credentialsRefused,
      because: .wrongCredentials, "The old password is wrong.", "Try again."),
    uselessToken("access token has expired", "The access token has expired."),
    uselessToken("access token has been revoked", "The access token was revoked."),
    uselessToken("invalid access token", "The provider does not accept the access token."),
    ErrorRow(
      "UserNotFoundException", .signInRequired(.userDeleted), .signInRequired, "The account does not exist any more.",
      administrator),
    ErrorRow(
      "InvalidParameterException", saying: "not verified software token", .blocked(.refused), .conflict,
      "The account has no authenticator app set up.", "Set one up: agentctl account mfa --enroll-totp."),
    ErrorRow(
      "InvalidParameterException", saying: "has not been enabled by the userpool", .blocked(.refused), .unsupported,
      "The pool does not offer this second factor.", administrator),
    ErrorRow(
      "ResourceNotFoundException", saying: "credential", .blocked(.refused), .notFound,
      "The account has no such passkey (any more).", "See: agentctl account passkeys."),
  ]

  private static func uselessToken(_ message: String, _ what: String) -> ErrorRow {
    ErrorRow(
      "NotAuthorizedException", saying: message, .offline, .signInRequired, what, "Sign in again: agentctl login.")
  }

  /// What somebody typed is not even of the right form.
  private static let entries: [ErrorRow] = [
    entry("parameter previouspassword", .wrongCredentials, "The old password is missing."),
    entry("'previouspassword'", .wrongCredentials, "The old password is wrong."),
    entry("'confirmationcode'", .wrongCode, "The code is wrong."),
    entry("'usercode'", .wrongCode, "The code is wrong."),
    entry("'code'", .wrongCode, "The code is wrong."),
  ]

  private static func entry(_ member: String, _ reason: RefusalReason, _ what: String) -> ErrorRow {
    ErrorRow(
      "InvalidParameterException", saying: member, .blocked(.refused), .credentialsRefused, because: reason, what,
      "Try again.")
  }
}

extension ProviderFailure {
  /// Whether it says that an account was confirmed before.
  var isConfirmedAlready: Bool {
    problem.code == .conflict && problem.provider?.code == "NotAuthorizedException"
  }
}
