internal import SessionModel

/// What the journal says, in sentences.
enum JournalWords {
  static func started(_ cause: JournalCause) -> String {
    switch cause.kind {
    case .user where cause.code == "token_wanted": "A refresh began: a program asked for a token that lives longer."
    case .user: "A refresh began: it was asked for."
    case .network: "A refresh began: the network is back."
    case .restart: "A refresh began: the one before it had not ended when the agent did."
    case .policy where cause.code == "retry": "A refresh began: the one before it had failed."
    case .policy, .provider, .storage, .clock: "A refresh began: it was due."
    }
  }

  static func refreshed(_ generation: Generation) -> String { "The tokens were renewed: generation \(generation)." }

  /// - Parameters:
  ///   - detail: what happened, in a sentence.
  ///   - isOurs: whether the agent itself did not ask.
  static func failure(_ event: JournalEvent, detail: String, isOurs: Bool) -> String {
    switch event {
    case .answerLost: "The provider's answer was lost; the refresh token may have been used up by it. \(detail)"
    case .blocked where isOurs: "The refresh was not begun. \(detail)"
    case .blocked: "The provider refused the refresh, but not for good. \(detail)"
    case .signedIn, .refreshStarted, .refreshed, .refreshFailed, .signInRequired, .signedOut, .revoked, .locked,
      .unlocked, .clockCorrected, .profileChanged, .restarted:
      "The refresh failed. \(detail)"
    }
  }

  static func ended(_ reason: SessionReason) -> String { "The session has ended. \(reason.sentence)" }

  static func signedIn(_ generation: Generation) -> String { "Somebody signed in: generation \(generation)." }

  static let signedOut = "Signed out."
  static let revoked = "The provider has revoked the refresh token of a session that was signed out or replaced."
  static let locked = "The keystore was locked."
  static let unlocked = "The keystore was unlocked."

  /// - Parameter skew: how far the provider's time is ahead of the local clock, in milliseconds.
  static func clock(_ skew: Int64) -> String {
    let seconds = abs(skew) / 1000
    guard seconds >= 60 else { return "This machine's clock is right again." }
    let minutes = (seconds + 30) / 60
    let amount = minutes >= 120 ? "\((minutes + 30) / 60) h" : "\(minutes) min"
    return "This machine's clock is \(amount) \(skew > 0 ? "behind" : "ahead of") the provider's. "
      + "The tokens' times are the provider's; set the clock."
  }

  static func restarted(isRefreshUnfinished: Bool) -> String {
    "The agent was started."
      + (isRefreshUnfinished ? " A refresh was under way when it ended before; it is tried again at once." : "")
  }
}
