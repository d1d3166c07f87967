/// How a session stands.
public enum SessionState: String, Hashable, Sendable, CaseIterable {
  /// Signed in.
  case active
  /// The last attempt failed for a reason that may pass.
  case offline
  /// Refused, but not for good; a person should act.
  case blocked
  /// Refused for good.
  case signInRequired = "sign_in_required"
  /// The keystore is not open.
  case locked
}
