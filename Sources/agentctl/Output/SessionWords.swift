import SessionAPI
import SessionModel

/// A session's state in words, with the command to run.
enum SessionWords {
  /// The state as a table shows it.
  static func state(_ state: SessionState) -> (text: String, role: Style.Role) {
    switch state {
    case .active: ("active", .good)
    case .offline: ("offline", .warning)
    case .blocked: ("blocked", .warning)
    case .signInRequired: ("sign-in required", .bad)
    case .locked: ("locked", .warning)
    }
  }

  /// The exit code of `status --check`.
  static func exitCode(_ state: SessionState) -> Int32 {
    switch state {
    case .active: 0
    case .signInRequired: 10
    case .locked: 11
    case .offline, .blocked: 75
    }
  }

  /// When its access token expires, seen from the provider's clock, which the time is of.
  static func expiry(_ session: SessionDocument, now: Timestamp) -> String? {
    session.accessTokenExpiresAt.map { RelativeTime.words($0, from: session.providerTime(at: now)) }
  }

  /// What is wrong and what to do; nil where nothing is.
  ///
  /// - Parameter profile: the session's profile where the way out is to write it anew.
  static func trouble(_ session: SessionDocument, now: Timestamp, profile: ProfileDocument? = nil) -> String? {
    switch session.state {
    case .active: session.lastError.map { "\(session.name): \($0.message)" }
    case .locked: nil
    case .offline: offline(session, now: now)
    case .blocked: "\(session.name): \(served(session))\(reason(session))\(remedy(session, profile))"
    case .signInRequired: "\(session.name): \(reason(session))\(remedy(session, profile))"
    }
  }

  /// Whether its trouble ends when its profile is written anew.
  static func isMendedInProfile(_ session: SessionDocument) -> Bool {
    session.reason.flatMap(SessionReason.init) == .clientCredentialsWrong
  }

  /// The command that signs in again.
  static func loginCommand(_ session: SessionDocument) -> String {
    loginCommand(profile: session.profile, session: session.name)
  }

  /// The command that signs in to a session.
  static func loginCommand(profile: ProfileName, session: SessionName) -> String {
    "agentctl login \(profile)" + (session == profile ? "" : " --session \(session)")
  }

  private static func served(_ session: SessionDocument) -> String {
    session.accessTokenExpiresAt == nil ? "" : "Its tokens are served while they are valid. "
  }

  /// Whether the agent's own sentence says what is wrong and what to do: of what is stored, or set.
  private static func isToldByAgent(_ session: SessionDocument) -> Bool {
    let codes: [ProblemCode] = [.storageFailed, .badConfiguration]
    return session.lastError.map { codes.map(\.rawValue).contains($0.code) } ?? false
  }

  private static func offline(_ session: SessionDocument, now: Timestamp) -> String {
    let why = session.lastError?.message ?? "The provider could not be reached."
    let next = session.nextRefreshAt.map { " Next attempt \(RelativeTime.coming($0, from: now))." } ?? ""
    return "\(session.name): \(why)\(next) To try at once: agentctl refresh \(session.name)"
  }

  /// What to do, with a space before it; empty where the agent's own sentence says it.
  private static func remedy(_ session: SessionDocument, _ profile: ProfileDocument?) -> String {
    guard !isToldByAgent(session) else { return "" }
    return switch session.reason.flatMap(SessionReason.init) {
    case .clientCredentialsWrong:
      " Set the client secret anew: "
        + (profile.flatMap(ProfileAddition.command) ?? ProfileAddition.command(pool: "POOL", of: session.profile))
        + " --client-secret-file FILE"
    case .userNotConfirmed: " Have the account confirmed, then run: \(loginCommand(session))"
    case .userDisabled, .userDeleted, .clientRemoved:
      " Ask the administrator of the provider; then run: \(loginCommand(session))"
    case .refreshTokenExpired, .refreshTokenRevoked, .refreshTokenReused, .refreshAnswerLost, .passwordResetRequired,
      nil:
      " Run: \(loginCommand(session))"
    // What the keystore holds back is not to be signed in anew.
    case .refused:
      session.lastError?.code == ProblemCode.storageFailed.rawValue ? "" : " Run: \(loginCommand(session))"
    case .profileChanged: session.lastError == nil ? " Run: \(loginCommand(session))" : ""
    }
  }

  private static func reason(_ session: SessionDocument) -> String {
    if let told = session.lastError?.message, isToldByAgent(session) { return told }
    return switch session.reason.flatMap(SessionReason.init) {
    case .refreshTokenExpired: "The sign-in has run out."
    case .refreshTokenRevoked: "The provider revoked the sign-in, or takes its refresh token no more."
    case .refreshTokenReused: "The provider ended the sign-in because its refresh token was used twice."
    case .refreshAnswerLost: "The answer to a refresh was lost, and the provider no longer takes the old refresh token."
    case .userDisabled: "The provider disabled the user."
    case .userDeleted: "The provider no longer knows the user."
    case .clientRemoved: "The provider no longer knows the client."
    case .passwordResetRequired: "The provider wants the password reset."
    case .userNotConfirmed: "The user is not confirmed."
    case .profileChanged:
      session.lastError?.message ?? "The profile now names another provider or client than the one signed in to."
    case .clientCredentialsWrong: "The provider refused the client secret."
    case .refused: session.lastError?.message ?? "The provider refused the refresh."
    case nil: session.lastError?.message ?? session.reason ?? "The provider refused the refresh."
    }
  }
}
