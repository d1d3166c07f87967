internal import SessionModel

/// What a person is told on the desktop: that one is needed, and what to do. No secret: a lock screen may show it.
struct Notice: Hashable, Sendable {
  /// One line.
  var summary: String
  /// Sentences, as plain text.
  var body: String

  /// The body for a service that reads markup (Desktop Notifications Specification, body-markup). Quotation marks stay
  /// as they are: the GNOME Shell knows no numeric entity, and in a text nobody needs one.
  var markup: String {
    body.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}

/// What a notice is about. One about the same replaces it.
enum NoticeSubject: Hashable, Sendable {
  case session(SessionName)
  /// More sessions than are told of one by one.
  case furtherSessions
  case keystore
}

/// What is to happen on the desktop.
enum NoticeChange: Hashable, Sendable {
  case show(Notice, NoticeSubject)
  case withdraw(NoticeSubject)

  var subject: NoticeSubject {
    switch self {
    case .show(_, let subject), .withdraw(let subject): subject
    }
  }
}
