internal import SessionModel

/// What each exception of the operations in use means: the one place.
///
/// Rows are tried from the top; the first whose name is the exception's and whose `message` is part of the
/// provider's sentence (in lower case) holds. The texts are not part of the API's contract, so each name that is told
/// apart by text ends with a row for any text.
///
/// `session` is what a refusal means for a running session. Only those that CONTRACT §6.1 lists end one: the refresh
/// token expired, revoked or reused, the user disabled or deleted, the client removed. All else that the provider
/// refuses blocks, and what may pass by itself is `offline`.
extension ErrorRow {
  static let all: [ErrorRow] = refusals + challenges + accounts + signatures + rights + configuration + trouble

  static let administrator = "Ask the pool's administrator."
  private static let signInAgain = "Sign in again: agentctl login."
  private static let signInNow = "Sign in: agentctl login."

  /// The provider refuses the person, the session or the client.
  private static let refusals: [ErrorRow] = [
    ErrorRow(
      "NotAuthorizedException", saying: "incorrect username or password", .blocked(.refused), .credentialsRefused,
      because: .wrongCredentials, "The user name or the password is wrong.", "Try again."),
    ErrorRow(
      "NotAuthorizedException", saying: "password attempts exceeded", .blocked(.refused), .credentialsRefused,
      because: .tooManyAttempts, "The account is locked for a while after too many failed attempts.",
      "Wait up to 15 minutes, then try again."),
    ErrorRow(
      "NotAuthorizedException", saying: "user is disabled", .signInRequired(.userDisabled), .credentialsRefused,
      because: .userDisabled,
      "The user is disabled.", administrator),
    ErrorRow(
      "NotAuthorizedException", saying: "temporary password has expired", .blocked(.passwordResetRequired),
      .credentialsRefused, because: .passwordResetRequired, "The temporary password has expired.",
      "Ask the pool's administrator for a new one."),
    ErrorRow(
      "NotAuthorizedException", saying: "session can only be used once", .blocked(.refused), .credentialsRefused,
      because: .codeExpired,
      "This sign-in has ended: its last step was answered already.", signInAgain),
    ErrorRow(
      "NotAuthorizedException", saying: "invalid session for the user", .blocked(.refused), .credentialsRefused,
      because: .codeExpired,
      "This sign-in has ended: its time ran out.", signInAgain),
    ErrorRow(
      "NotAuthorizedException", saying: "refresh token has expired", .signInRequired(.refreshTokenExpired),
      .signInRequired,
      "The refresh token has expired.", signInAgain),
    ErrorRow(
      "NotAuthorizedException", saying: "refresh token has been revoked", .signInRequired(.refreshTokenRevoked),
      .signInRequired, "The provider revoked the session's refresh token.", signInAgain),
    // The provider no longer knows the token as one of this client. Ours came from this very client (the binding says
    // so), hence it will never serve again: as good as revoked, and a new sign-in is the only remedy.
    ErrorRow(
      "NotAuthorizedException", saying: "invalid refresh token", .signInRequired(.refreshTokenRevoked), .signInRequired,
      "The provider does not accept the session's refresh token (any more): it may be revoked, its device forgotten, or "
        + "the pool tracks devices and was signed in to by a flow that knows none.", signInAgain),
    ErrorRow(
      "RefreshTokenReuseException", .signInRequired(.refreshTokenReused), .signInRequired,
      "The refresh token was used before; another copy of the session may exist.", signInAgain),
    ErrorRow(
      "NotAuthorizedException", saying: "access token has expired", .offline, .providerError, retryable: true,
      "The access token has expired.", "Refresh the session and try again: agentctl refresh."),
    ErrorRow(
      "NotAuthorizedException", saying: "access token has been revoked", .blocked(.refused), .signInRequired,
      "The access token was revoked.", signInAgain),
    ErrorRow(
      "NotAuthorizedException", saying: "required scopes", .blocked(.refused), .unsupported,
      "The session's access token lacks the scope aws.cognito.signin.user.admin.",
      "Sign in with that scope, or with another flow."),
    ErrorRow(
      "UserNotFoundException", .signInRequired(.userDeleted), .credentialsRefused, because: .wrongCredentials,
      "The user name or the password is wrong.", "Try again.",
      renewing: "The user was deleted. Ask the pool's administrator."),
    ErrorRow(
      "UserNotConfirmedException", .blocked(.userNotConfirmed), .credentialsRefused, because: .userNotConfirmed,
      "The user is not confirmed yet.",
      "Enter the code that the pool sent, or have it sent again: agentctl login, or agentctl account confirm."),
    ErrorRow(
      "PasswordResetRequiredException", .blocked(.passwordResetRequired), .credentialsRefused,
      because: .passwordResetRequired,
      "The password must be reset.", "Reset it: agentctl login, or agentctl account forgot-password."),
    ErrorRow(
      "NotAuthorizedException", saying: "security reasons", .blocked(.refused), .credentialsRefused,
      "The provider's threat protection refused the request.", administrator),
  ]

  /// The provider refuses an answer to a challenge.
  private static let challenges: [ErrorRow] = [
    ErrorRow(
      "CodeMismatchException", .blocked(.refused), .credentialsRefused, because: .wrongCode, "The code is wrong.",
      "Try again."),
    ErrorRow(
      "EnableSoftwareTokenMFAException", .blocked(.refused), .credentialsRefused, because: .wrongCode,
      "The code is wrong, or this machine's or the authenticator's clock is off.", "Try again."),
    ErrorRow(
      "ExpiredCodeException", .blocked(.refused), .credentialsRefused, because: .codeExpired, "The code has expired.",
      "Request a new one."),
    ErrorRow(
      "TooManyFailedAttemptsException", .blocked(.refused), .credentialsRefused, because: .tooManyAttempts,
      "Too many wrong codes were given.", "Wait, then try again."),
    ErrorRow(
      "LimitExceededException", .offline, .credentialsRefused, because: .tooManyAttempts,
      "The provider's limit of attempts for this user is reached.", "Wait up to an hour, then try again."),
    ErrorRow(
      "InvalidPasswordException", .blocked(.refused), .credentialsRefused, because: .passwordPolicy,
      "The pool does not accept this password.", "Choose another one.", quotes: true),
    ErrorRow(
      "PasswordHistoryPolicyViolationException", .blocked(.refused), .credentialsRefused, because: .passwordPolicy,
      "This password was used before.", "Choose another one."),
    ErrorRow(
      "SoftwareTokenMFANotFoundException", .blocked(.refused), .unsupported,
      "The pool does not allow authenticator apps, or the user has none set up.", administrator),
    ErrorRow(
      "MFAMethodNotFoundException", .blocked(.refused), .unsupported,
      "The pool requires a second factor of a kind that the user has not set up.", administrator),
    ErrorRow(
      "AliasExistsException", .blocked(.refused), .conflict,
      "The e-mail address or phone number belongs to another account.", "Use another one."),
    ErrorRow(
      "CodeDeliveryFailureException", .offline, .providerError, retryable: true, "The code could not be sent.",
      "Try again later."),
  ]

  /// The provider refuses a change of an account, or an account's device.
  private static let accounts: [ErrorRow] = [
    ErrorRow(
      "UsernameExistsException", .blocked(.refused), .conflict, "There is an account of that name already.",
      "Choose another name, or sign in: agentctl login."),
    ErrorRow(
      "NotAuthorizedException", saying: "current status is confirmed", .blocked(.refused), .conflict,
      "The account is confirmed already.", signInNow),
    ErrorRow(
      "InvalidParameterException", saying: "already confirmed", .blocked(.refused), .conflict,
      "The account is confirmed already.", signInNow),
    ErrorRow(
      "NotAuthorizedException", saying: "signup is not permitted", .blocked(.refused), .unsupported,
      "In this pool only its administrator makes accounts.", administrator),
    ErrorRow(
      "NotAuthorizedException", saying: "unauthorized attribute", .blocked(.refused), .providerError,
      "The app client may not write this attribute.", administrator),
    ErrorRow(
      "NotAuthorizedException", saying: "cannot modify an already provided", .blocked(.refused), .invalidRequest,
      "An attribute that has a value already can't be given anew here.", "Leave it out.", quotes: true),
    ErrorRow(
      "InvalidParameterException", saying: "no registered/verified", .blocked(.refused), .providerError,
      "The account has no verified e-mail address or phone number to send a code to.", administrator),
    ErrorRow(
      "ResourceNotFoundException", saying: "device", .blocked(.refused), .notFound,
      "The pool does not know this device (any more).", "See: agentctl account devices."),
    ErrorRow(
      "DeviceKeyExistsException", .blocked(.refused), .conflict, "The pool has this device already.",
      "See: agentctl account devices."),
  ]

  /// AWS refuses the credentials that a request is signed with (the flow `admin`).
  private static let signatures: [ErrorRow] =
    ["UnrecognizedClientException", "InvalidClientTokenId", "MissingAuthenticationTokenException"].map {
      ErrorRow(
        $0, .blocked(.refused), .credentialsRefused, "AWS does not know the access key.",
        "Check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN.")
    }
    + ["InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignatureException"].map {
      ErrorRow(
        $0, .blocked(.refused), .credentialsRefused,
        "AWS finds the request's signature wrong: the secret access key does not belong to the access key.",
        "Check AWS_SECRET_ACCESS_KEY, and this machine's clock.")
    }
    + ["ExpiredTokenException", "ExpiredToken"].map {
      ErrorRow(
        $0, .blocked(.refused), .credentialsRefused, "The AWS credentials have expired.",
        "Get new ones, then try again."
      )
    }
    + ["RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"].map {
      ErrorRow(
        $0, .blocked(.refused), .credentialsRefused, "AWS finds the time of the request's signature wrong.",
        "Set this machine's clock.")
    }
    + ["AccessDeniedException", "AccessDenied"].map {
      ErrorRow(
        $0, .blocked(.refused), .credentialsRefused,
        "The AWS credentials may not sign people in (cognito-idp:AdminInitiateAuth).",
        "Use others, or have the permission added.")
    }

  /// The same names for a request that nobody signs: what refuses it takes it for another.
  static let unsigned: [ErrorRow] = signatures.map {
    ErrorRow(
      $0.exception, .blocked(.refused), .providerError,
      "The provider refuses the request as one that had to be signed with AWS credentials, which this one is not.",
      "Check the profile's endpoint, and whether a firewall or an endpoint policy stands in between.")
  }

  /// The client, or its secret, is not what the provider knows.
  private static let rights: [ErrorRow] = [
    clientSecret("secrethash does not match"),
    clientSecret("unable to verify secret hash"),
    clientSecret("is configured with secret"),
    clientSecret("is configured for secret"),
    clientSecret("client secret"),
    ErrorRow(
      "UnauthorizedException", .blocked(.clientCredentialsWrong), .badConfiguration,
      "The provider refuses the client or its secret.", "Correct the profile's client id and secret."),
    ErrorRow(
      "ResourceNotFoundException", saying: "user pool client", .signInRequired(.clientRemoved), .badConfiguration,
      "The app client does not exist (any more).", "Correct the profile's client id."),
    ErrorRow(
      "ResourceNotFoundException", saying: "user pool", .blocked(.refused), .badConfiguration,
      "The user pool does not exist.",
      "Correct the profile's pool id, region or endpoint."),
    ErrorRow(
      "ResourceNotFoundException", .blocked(.refused), .providerError,
      "Something that the sign-in needs does not exist.",
      administrator, quotes: true),
    ErrorRow(
      "NotAuthorizedException", .blocked(.refused), .credentialsRefused, "The provider refuses.", administrator,
      quotes: true),
  ]

  private static func clientSecret(_ message: String) -> ErrorRow {
    ErrorRow(
      "NotAuthorizedException", saying: message, .blocked(.clientCredentialsWrong), .badConfiguration,
      "The client secret is wrong, missing, or given for a client that has none.",
      "Give the right one: agentctl profile add.")
  }

  /// The pool is set up so that the request can't succeed.
  private static let configuration: [ErrorRow] = [
    ErrorRow(
      "InvalidParameterException", saying: "flow not enabled", .blocked(.refused), .badConfiguration,
      "The app client does not allow this way to sign in.",
      "Choose another one (--flow), or have it allowed for the client (ExplicitAuthFlows).", quotes: true),
    ErrorRow(
      "InvalidParameterException", saying: "password' failed", .blocked(.refused), .credentialsRefused,
      because: .passwordPolicy, "The pool does not accept this password.", "Choose another one.", quotes: true),
    ErrorRow(
      "InvalidParameterException", .blocked(.refused), .providerError, "The provider does not accept the request.",
      "Check what was entered, then the profile.", quotes: true),
    ErrorRow(
      "UserLambdaValidationException", .blocked(.refused), .credentialsRefused,
      "A check of the pool's own (a Lambda trigger) refused.", administrator, quotes: true),
    ErrorRow(
      "ForbiddenException", .blocked(.refused), .providerError, "The pool's web firewall refused the request.",
      administrator),
    ErrorRow(
      "OperationNotEnabledException", .blocked(.refused), .unsupported, "The pool does not offer this operation.",
      administrator),
    ErrorRow(
      "FeatureUnavailableInTierException", .blocked(.refused), .unsupported,
      "The pool's plan does not include this feature.", administrator),
    ErrorRow(
      "UnsupportedOperationException", .blocked(.refused), .unsupported,
      "The client is not set up for this operation.", administrator),
    ErrorRow(
      "UnknownOperationException", .blocked(.refused), .unsupported, "The provider does not know this operation.",
      "Check the profile's endpoint."),
    ErrorRow(
      "UnsupportedTokenTypeException", .blocked(.refused), .unsupported, "Tokens of this kind can't be revoked.",
      "They end when they expire."),
    misconfigured("InvalidUserPoolConfigurationException"),
    misconfigured("InvalidSmsRoleAccessPolicyException"),
    misconfigured("InvalidSmsRoleTrustRelationshipException"),
    misconfigured("InvalidEmailRoleAccessPolicyException"),
  ]

  private static func misconfigured(_ exception: String) -> ErrorRow {
    ErrorRow(
      exception, .blocked(.refused), .providerError, "The user pool is not set up rightly.", administrator)
  }

  /// What may pass by itself.
  private static let trouble: [ErrorRow] =
    [
      ErrorRow(
        "UnexpectedLambdaException", .offline, .providerError, retryable: true,
        "A program of the pool's own (a Lambda trigger) failed.", "Try again later, or ask the pool's administrator."),
      ErrorRow(
        "InvalidLambdaResponseException", .offline, .providerError, retryable: true,
        "A program of the pool's own (a Lambda trigger) answered wrongly.",
        "Try again later, or ask the pool's administrator."),
      ErrorRow(
        "ConcurrentModificationException", .offline, .providerError, retryable: true,
        "Another change is being made at the same time.", "Try again."),
    ]
    + [
      "InternalErrorException", "InternalFailure", "InternalServerError", "ServiceUnavailable",
      "ServiceUnavailableException",
    ].map {
      ErrorRow(
        $0, .offline, .providerError, retryable: true, "The provider has trouble of its own.", "Try again later.")
    }
    + throttlingNames.map {
      ErrorRow($0, .offline, .throttled, "The provider has too many requests to answer.", "Try again later.")
    }

  /// The names under which AWS services throttle; in a user pool always with HTTP 400.
  static let throttlingNames = [
    "TooManyRequestsException", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
    "RequestThrottledException", "RequestLimitExceeded", "BandwidthLimitExceeded", "SlowDown",
    "PriorRequestNotComplete",
  ]
}
