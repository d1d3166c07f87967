/// One thing that happened to a session, and why (CONTRACT §5.4). Never a secret.
public struct JournalEntry: Hashable, Sendable {
  /// When.
  public var at: Timestamp
  /// What happened.
  public var event: JournalEvent
  /// How the session stood before; nil where there was none.
  public var from: SessionState?
  /// How it stands since; nil where there is none any more.
  public var to: SessionState?
  /// Its token set, after what happened.
  public var generation: Generation?
  /// The refresh concerned.
  public var attempt: Int64?
  /// When the next refresh is tried by itself.
  public var nextAttemptAt: Timestamp?
  /// Why it happened.
  public var cause: JournalCause
  /// All that in a sentence.
  public var message: String

  /// An entry.
  public init(
    at: Timestamp, event: JournalEvent, from: SessionState?, to: SessionState?, generation: Generation? = nil,
    attempt: Int64? = nil, nextAttemptAt: Timestamp? = nil, cause: JournalCause, message: String
  ) {
    self.at = at
    self.event = event
    self.from = from
    self.to = to
    self.generation = generation
    self.attempt = attempt
    self.nextAttemptAt = nextAttemptAt
    self.cause = cause
    self.message = message
  }
}

/// What a journal tells.
public enum JournalEvent: String, Hashable, Sendable, CaseIterable {
  case signedIn = "signed_in"
  case refreshStarted = "refresh_started"
  case refreshed
  case refreshFailed = "refresh_failed"
  /// The request left, and no answer came.
  case answerLost = "answer_lost"
  case signInRequired = "sign_in_required"
  case blocked
  case signedOut = "signed_out"
  /// The provider has revoked a refresh token that the session had.
  case revoked
  case locked
  case unlocked
  case clockCorrected = "clock_corrected"
  case profileChanged = "profile_changed"
  /// The agent was started and took the session into service again.
  case restarted
}

/// Why something happened.
public struct JournalCause: Hashable, Sendable {
  /// Where the cause lies.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case provider
    case network
    case storage
    case clock
    /// A person, or a program of theirs, asked for it.
    case user
    /// The schedule, the profile or the settings say so.
    case policy
    case restart
  }

  /// Where the cause lies.
  public var kind: Kind
  /// A problem's code, or what set it off.
  public var code: String?
  /// A session's reason.
  public var reason: String?
  /// What the provider answered.
  public var provider: ProviderAnswer?
  /// In words.
  public var detail: String?

  /// A cause.
  public init(
    _ kind: Kind, code: String? = nil, reason: String? = nil, provider: ProviderAnswer? = nil, detail: String? = nil
  ) {
    self.kind = kind
    self.code = code
    self.reason = reason
    self.provider = provider
    self.detail = detail
  }

  /// The cause that a problem is.
  public init(_ problem: Problem, reason: SessionReason? = nil) {
    let kind: Kind
    switch problem.code {
    case .storageFailed, .locked: kind = .storage
    case .badConfiguration where problem.provider == nil: kind = .policy
    case .offline where problem.provider == nil: kind = .network
    case .invalidRequest, .signInRequired, .denied, .notFound, .conflict, .tooLarge, .credentialsRefused,
      .badConfiguration, .offline, .throttled, .providerError, .unsupported, .internal:
      kind = .provider
    }
    self.init(
      kind, code: problem.code.rawValue, reason: reason?.rawValue ?? problem.reason, provider: problem.provider,
      detail: problem.detail)
  }
}
