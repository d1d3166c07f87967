internal import AuthFlows
internal import SessionAPI
internal import SessionModel

/// One login, from its start until a minute after its end. The agent's own: touched on its event loop only.
final class LoginRun {
  let id: String
  let profile: ProfileName
  let session: SessionName
  let flow: LoginFlow
  /// Who signs in, as it was typed; nil until it is known.
  var username: String?
  let replace: Bool
  let createdAt: Timestamp
  let expiresAt: Timestamp
  /// When it is given up, or, once it has ended, forgotten.
  var deadline: BootInstant?

  /// The current step; nil before the first.
  var step: LoginStepDocument?
  /// Who waits for the answer to the current step.
  var answer: CheckedContinuation<LoginAnswer, any Error>?
  /// Signed in, and about to be durable: it can't be given up any more.
  private(set) var isCompleting = false

  init(
    id: String, profile: ProfileName, session: SessionName, flow: LoginFlow, username: String?, replace: Bool,
    createdAt: Timestamp, expiresAt: Timestamp, deadline: BootInstant
  ) {
    self.id = id
    self.profile = profile
    self.session = session
    self.flow = flow
    self.username = username
    self.replace = replace
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.deadline = deadline
  }

  var hasEnded: Bool { step?.isFinal == true }

  func beginCompleting() {
    isCompleting = true
    deadline = nil
  }

  var nextNumber: Int { (step?.number ?? 0) + 1 }

  /// Once its code was given, the secret of an authenticator's set-up is shown no more (SECURITY 6).
  func forgetSetupSecret() {
    guard let step, case .prompt(.mfaSetup) = step.kind else { return }
    let nothing = Secret(copying: [])
    self.step?.kind = .prompt(.mfaSetup(secret: nothing, otpauthURI: nothing))
  }

  /// The login as clients see it; nil before its first step.
  var document: LoginDocument? {
    step.map {
      LoginDocument(
        id: id, profile: profile, session: session, flow: flow, createdAt: createdAt, expiresAt: expiresAt, step: $0)
    }
  }
}

/// How a running flow asks: through the agent, and so through the socket.
struct AgentConversation: LoginConversation {
  let agent: Agent
  let login: String

  func ask(_ prompt: LoginPrompt, refused: AnswerRefused?) async throws -> LoginAnswer {
    try await agent.ask(login, prompt, refused: refused)
  }
}
