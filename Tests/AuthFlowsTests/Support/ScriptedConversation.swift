import SessionModel
import Synchronization
import Testing

/// A person who gives the answers of a list, in its order.
final class ScriptedConversation: LoginConversation {
  struct Asked: Sendable {
    var prompt: LoginPrompt
    var refused: AnswerRefused?
  }

  private let answers: Mutex<[LoginAnswer?]>
  private let heard = Mutex<[Asked]>([])

  /// - Parameter answers: nil gives the login up.
  init(_ answers: [LoginAnswer?]) { self.answers = Mutex(answers) }

  convenience init(_ texts: String...) {
    self.init(texts.map { LoginAnswer(value: Secret(copyingUTF8: $0)) })
  }

  var asked: [Asked] { heard.withLock { $0 } }
  var kinds: [String] { asked.map(\.prompt.kind) }

  func ask(_ prompt: LoginPrompt, refused: AnswerRefused?) async throws -> LoginAnswer {
    heard.withLock { $0.append(Asked(prompt: prompt, refused: refused)) }
    let left = answers.withLock { list -> LoginAnswer? in list.isEmpty ? nil : list.removeFirst() }
    guard let answer = left else { throw CancellationError() }
    return answer
  }
}
