internal import SessionModel

/// One row of the error table: what an exception, or one of its texts, means.
struct ErrorRow {
  var exception: String
  var message: String?
  var session: Disposition
  var code: ProblemCode
  var reason: RefusalReason?
  var retryable: Bool?
  /// What happened.
  var what: String
  /// What to do.
  var advice: String
  /// Both, where a session was being renewed and nobody entered anything, if that needs other words.
  var renewing: String?
  /// Whether the provider's own sentence says what ours can't.
  var quotes: Bool

  init(
    _ exception: String, saying message: String? = nil, _ session: Disposition, _ code: ProblemCode,
    because reason: RefusalReason? = nil, retryable: Bool? = nil, _ what: String, _ advice: String,
    renewing: String? = nil, quotes: Bool = false
  ) {
    self.exception = exception
    self.message = message
    self.session = session
    self.code = code
    self.reason = reason
    self.retryable = retryable
    self.what = what
    self.advice = advice
    self.renewing = renewing
    self.quotes = quotes
  }
}

extension ErrorRow {
  /// The row for an exception; nil for one that nobody knows.
  static func find(_ exception: String, message: String?, for purpose: Purpose = .signIn) -> ErrorRow? {
    let text = message?.lowercased() ?? ""
    return (particular(to: purpose) + all).first {
      $0.exception == exception && ($0.message.map(text.contains) ?? true)
    }
  }
}
