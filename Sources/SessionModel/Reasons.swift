/// Why a session is not active.
public enum SessionReason: String, Hashable, Sendable, CaseIterable {
  case refreshTokenExpired = "refresh_token_expired"
  case refreshTokenRevoked = "refresh_token_revoked"
  case refreshTokenReused = "refresh_token_reused"
  case refreshAnswerLost = "refresh_answer_lost"
  case userDisabled = "user_disabled"
  case userDeleted = "user_deleted"
  case clientRemoved = "client_removed"
  case passwordResetRequired = "password_reset_required"
  case userNotConfirmed = "user_not_confirmed"
  case profileChanged = "profile_changed"
  case clientCredentialsWrong = "client_credentials_wrong"
  case refused
}

extension SessionReason {
  /// The reason where an answer may have been lost before: a refusal of a token whose successor may be lost says nothing
  /// of the provider's will.
  public var afterLostAnswer: SessionReason {
    switch self {
    case .refreshTokenRevoked, .refreshTokenReused: .refreshAnswerLost
    case .refreshTokenExpired, .refreshAnswerLost, .userDisabled, .userDeleted, .clientRemoved,
      .passwordResetRequired, .userNotConfirmed, .profileChanged, .clientCredentialsWrong, .refused:
      self
    }
  }
}

/// Why credentials or a code were refused.
public enum RefusalReason: String, Hashable, Sendable, CaseIterable {
  case wrongCredentials = "wrong_credentials"
  case wrongCode = "wrong_code"
  case codeExpired = "code_expired"
  case userDisabled = "user_disabled"
  case userNotConfirmed = "user_not_confirmed"
  case passwordResetRequired = "password_reset_required"
  case tooManyAttempts = "too_many_attempts"
  case passwordPolicy = "password_policy"
}

/// What a failed refresh means for the session: the one place where ending and trouble part.
public enum Disposition: Hashable, Sendable {
  /// Refused for good: a person must sign in again.
  case signInRequired(SessionReason)
  /// Refused, but not for good (or we do not know): tokens are kept and served while valid, a person should act.
  case blocked(SessionReason)
  /// It may pass by itself: tokens are kept, the refresh is tried again.
  case offline
}

/// A failure of a provider call, with what it means for a running session and for the caller.
public struct ProviderFailure: Error, Hashable, Sendable {
  /// What it means for a running session.
  public var disposition: Disposition
  /// What the caller is told.
  public var problem: Problem
  /// Whether the request may have reached the provider and its answer was lost (RFC 6749 gives no way to ask).
  public var answerLost: Bool

  /// Whether no connection came about: nothing was sent, and nobody answered.
  public var reachedNobody: Bool { problem.code == .offline && problem.provider == nil && !answerLost }

  /// A failure.
  public init(_ disposition: Disposition, _ problem: Problem, answerLost: Bool = false) {
    self.disposition = disposition
    self.problem = problem
    self.answerLost = answerLost
  }
}
