import AuthFlows
import SessionModel
import Testing

@testable import SessionAgent

/// Somebody who knows the answer to whatever is asked, and notes what was.
final class MatrixPerson: LoginConversation {
  static let password = "Pässw0rd'quoted\"!"
  static let newPassword = "N€w-Passw0rd-\u{65}\u{301}"

  private let pool: LocalPool
  private let cell: LoginCase
  private let heard = Locked<[String]>([])
  private let questions = Locked(0)

  init(_ cell: LoginCase, at pool: LocalPool) {
    self.cell = cell
    self.pool = pool
  }

  var kinds: [String] { heard.value }

  func ask(_ prompt: LoginPrompt, refused: AnswerRefused?) async throws -> LoginAnswer {
    heard.with { $0.append(prompt.kind) }
    let isFirst = refused.map { [.userNotConfirmed, .passwordResetRequired].contains($0.reason) } ?? true
    try #require(isFirst, "\(cell): \(refused?.message ?? "")")
    switch prompt {
    case .username: return text(cell.typed)
    case .password: return text(MatrixPerson.password)
    case .newPassword: return text(MatrixPerson.newPassword)
    case .totpCode: return text(try code(LocalPool.totpSecret))
    case .mfaSetup(let secret, _): return text(try code(secret.revealString()))
    case .smsCode, .emailCode:
      guard let code = pool.sentCode(of: cell.username) else { return LoginAnswer(value: nil, resend: true) }
      return text(code)
    case .selectMFA(let options): return text(try #require(options.first { $0 == "SOFTWARE_TOKEN_MFA" }))
    case .selectChallenge(let options): return text(try #require(options.first { $0 == "PASSWORD" }))
    case .custom:
      let index = questions.with { count in
        defer { count += 1 }
        return count % MatrixSeed.answers.count
      }
      return text(MatrixSeed.answers[index])
    }
  }

  private func text(_ text: String) -> LoginAnswer { LoginAnswer(value: Secret(copyingUTF8: text)) }
  private func code(_ secret: String) throws -> String {
    try LocalPool.code(secret: secret, at: SystemClock().now().wall.seconds)
  }
}

/// The devices of one person.
final class MatrixDevices: DeviceMemory {
  private let known = Locked<RememberedDevice?>(nil)
  func keep(_ device: RememberedDevice) { known.with { $0 = device } }
  func device(of username: String) async -> RememberedDevice? { known.value }
  func forget(_ device: RememberedDevice) async { known.with { $0 = nil } }
}
