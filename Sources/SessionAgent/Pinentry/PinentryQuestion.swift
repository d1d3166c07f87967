internal import SessionAPI

/// What a person is asked by pinentry.
struct PinentryQuestion: Hashable, Sendable {
  /// What it is about, and who wants it.
  var text: String
  /// What was wrong with the last answer.
  var error: String?
  /// Whether a new passphrase is chosen: it is typed twice.
  var isNew = false
  /// Where to ask.
  var place: PinentryDocument
  /// After that long without an answer the prompt goes.
  var seconds: Int
}
