/// Why nobody can be told on the desktop.
enum NotificationFailure: Error, Hashable {
  case noBus
  case noService(String)
  case silent
  case refused(String)

  /// Whether it is how a machine without a desktop is.
  var isUsual: Bool {
    switch self {
    case .noBus, .noService: true
    case .silent, .refused: false
    }
  }

  var description: String {
    switch self {
    case .noBus: "There is no session bus."
    case .noService(let why): "There is no notification service on the session bus: \(why)"
    case .silent: "The notification service does not answer."
    case .refused(let why): "The notification service refused: \(why)"
    }
  }
}
