import SessionAgentClient
import SessionModel

/// Shows what an authenticator app is set up with.
struct AuthenticatorSetUp {
  private let enrolment: TOTPEnrolment

  init(_ enrolment: TOTPEnrolment) { self.enrolment = enrolment }

  /// Secret and address, and, on a terminal that can show it, the QR code.
  func show(on descriptor: Int32, _ environment: Environment = .process) {
    Output.write("Add this account to an authenticator app.\n", to: descriptor)
    show("  Secret: ", enrolment.secret, descriptor)
    show("  Address: ", enrolment.otpauthURI, descriptor)
    let screen = Screen.current(environment, of: descriptor)
    guard let code = QRCode(enrolment.otpauthURI),
      AuthenticatorSetUp.canDraw(columns: code.width, on: screen, environment)
    else { return }
    code.drawing(isColoured: screen.style.isColoured).withRevealedBytes { Output.write($0, to: descriptor) }
  }

  private func show(_ label: String, _ secret: Secret, _ descriptor: Int32) {
    Output.write(label, to: descriptor)
    secret.withRevealedBytes { Output.write($0, to: descriptor) }
    Output.write("\n", to: descriptor)
  }

  /// Whether a terminal is wide enough and shows block characters.
  static func canDraw(columns: Int, on screen: Screen, _ environment: Environment) -> Bool {
    guard screen.isTerminal, columns <= screen.width ?? 0, (environment["TERM"] ?? "dumb") != "dumb" else {
      return false
    }
    let locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? ""
    let charset = locale.split(separator: ".").dropFirst().first?.split(separator: "@").first ?? ""
    return ["utf-8", "utf8"].contains(charset.lowercased())
  }
}
